internal import Search

/// A table of the page. `data` elements hold the numbers in full.
struct ReportTable {
    enum Cell {
        case text(String)
        case number(Double?)
        case whole(Int?)
        case range(Interval?)
    }

    struct Column {
        let name: String
        let isNumber: Bool
        /// The full name, if `name` is shortened.
        let title: String?
        /// The columns of the highest rank are the first to be left out if there is no room; those of rank 0 stay.
        let rank: Int

        init(_ name: String, isNumber: Bool = true, title: String? = nil, rank: Int = 0) {
            self.name = name
            self.isNumber = isNumber
            self.title = title
            self.rank = rank
        }
    }

    struct Row {
        /// The first column; parts that end with a comma are not broken.
        let name: String
        let cells: [Cell]
        var isMarked = false
    }

    let id: String
    let columns: [Column]
    var rows: [Row] = []
    /// The summary rows, below a line.
    var footer: [Row] = []

    var markup: Markup {
        let head = columns.map {
            Markup.tag(
                "th", ["scope": "col", "class": $0.isNumber ? "n" : nil, "title": $0.title], Self.breakable($0.name))
        }
        let parts: [Markup] =
            [.tag("thead", [:], [.tag("tr", [:], head)]), .tag("tbody", [:], rows.map(markup))]
            + (footer.isEmpty ? [] : [.tag("tfoot", [:], footer.map(markup))])
        return .tag("div", ["class": "wide"], [.tag("table", ["id": id], parts)])
    }

    /// A column's name with possible breaks after each of its parts, since some tables have many columns.
    private static func breakable(_ name: String) -> [Markup] {
        Array(parts(ofName: name).map { [Markup.text($0)] }.joined(separator: [.tag("wbr")]))
    }

    private static func parts(ofName name: String) -> [String] {
        var parts = [""]
        for character in name {
            parts[parts.count - 1].append(character)
            if character == "_" || character == "." { parts.append("") }
        }
        return parts.last == "" && parts.count > 1 ? Array(parts.dropLast()) : parts
    }

    private func markup(_ row: Row) -> Markup {
        let isNumber = columns.first?.isNumber ?? false
        let first: Markup = .tag(
            "th", ["scope": "row", "class": isNumber ? "n" : nil], isNumber ? [.text(row.name)] : Self.whole(row.name))
        return .tag("tr", ["class": row.isMarked ? "selected" : nil], [first] + row.cells.map(Self.markup))
    }

    /// A text as its parts between commas, which are not broken. A part that is longer than a phone's line is broken between
    /// words, and within a word that is too long by itself.
    private static func whole(_ text: String) -> [Markup] {
        let parts = text.split(separator: ", ").map(String.init)
        var pieces: [Markup] = []
        for (index, part) in parts.enumerated() {
            let text = index + 1 < parts.count ? part + "," : part
            let kind = part.count <= longestPart ? "part" : hasLongWord(part) ? "long" : nil
            if index > 0 { pieces.append(.text(" ")) }
            pieces.append(.tag("span", ["class": kind], text: text))
        }
        return pieces
    }

    private static func hasLongWord(_ text: String) -> Bool {
        text.split(separator: " ").contains { $0.count > longestPart }
    }

    private static let longestPart = 48

    /// A number in full, with its displayed text.
    private static func data(_ value: Double, _ text: String) -> Markup {
        .tag("data", ["value": "\(value)"], text: text)
    }

    private static func range(_ interval: Interval) -> [Markup] {
        let precision = Numeral.Precision(interval.halfWidth)
        return [
            data(interval.lower, precision.text(interval.lower)), .text(" to "),
            data(interval.upper, precision.text(interval.upper)),
        ]
    }

    private static func markup(_ cell: Cell) -> Markup {
        switch cell {
        case .text(let text): .tag("td", [:], whole(text))
        case .number(let value): .tag("td", ["class": "n"], value.map { [data($0, Numeral.metric($0))] } ?? [])
        case .whole(let value):
            .tag("td", ["class": "n"], value.map { [.tag("data", ["value": $0], text: "\($0)")] } ?? [])
        case .range(let interval): .tag("td", ["class": "n"], interval.map(range) ?? [])
        }
    }

    // MARK: Room

    /// The width of a table in `main` on a screen of 1,280 pixels.
    static let room = 1184.0

    /// The table without the columns that do not fit, and those columns.
    func fitted() -> (table: ReportTable, leftOut: [Column]) {
        var kept = Array(columns.indices)
        var widths = columns.indices.map(width)
        var total = widths.reduce(0, +)
        while total > Self.room,
            let least = kept.filter({ columns[$0].rank > 0 }).max(by: { one, other in
                (columns[one].rank, one) < (columns[other].rank, other)
            })
        {
            total -= widths[least]
            widths[least] = 0
            kept.removeAll { $0 == least }
        }
        var table = ReportTable(id: id, columns: kept.map { columns[$0] })
        let cells = kept.filter { $0 > 0 }
        func shortened(_ row: Row) -> Row {
            Row(name: row.name, cells: cells.map { row.cells[$0 - 1] }, isMarked: row.isMarked)
        }
        table.rows = rows.map(shortened)
        table.footer = footer.map(shortened)
        return (table, columns.indices.filter { !kept.contains($0) }.map { columns[$0] })
    }

    /// The approximate least width of a column.
    private func width(_ column: Int) -> Double {
        let size = 14.4
        let bold = 1.13
        let head = Self.parts(ofName: columns[column].name).map { Lettering.width($0, size: size) * bold }.max() ?? 0
        let texts = (rows + footer).map { column == 0 ? $0.name : Self.text($0.cells[column - 1]) }
        let isNumber = columns[column].isNumber
        var widest = 0.0
        for text in texts {
            let parts = isNumber ? [text] : text.split(separator: ", ").map { "\($0)," }
            for part in parts {
                widest = max(widest, part.count > Self.longestPart ? 240 : Lettering.width(part, size: size))
            }
        }
        // A table's first column and its selected row are bold.
        return max(head, widest * bold) + 18
    }

    private static func text(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): text
        case .number(let value): value.map(Numeral.metric) ?? ""
        case .whole(let value): value.map { "\($0)" } ?? ""
        case .range(let interval): interval.map(Numeral.range) ?? ""
        }
    }
}
