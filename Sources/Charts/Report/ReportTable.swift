internal import Search

/// A table of a page. Numbers stand in `data` elements that hold them in full.
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
        /// The name in full, where it is shortened.
        let title: String?

        init(_ name: String, isNumber: Bool = true, title: String? = nil) {
            self.name = name
            self.isNumber = isNumber
            self.title = title
        }
    }

    let id: String
    let columns: [Column]
    var rows: [(name: Markup, cells: [Cell], isMarked: Bool)] = []
    /// Below a line: what sums the rows up.
    var footer: [(name: Markup, cells: [Cell])] = []

    var markup: Markup {
        let head = columns.map {
            Markup.tag(
                "th", ["scope": "col", "class": $0.isNumber ? "n" : nil, "title": $0.title], Self.breakable($0.name))
        }
        let body = rows.map { row($0.name, $0.cells, isMarked: $0.isMarked) }
        let foot = footer.map { row($0.name, $0.cells, isMarked: false) }
        let parts: [Markup] =
            [.tag("thead", [:], [.tag("tr", [:], head)]), .tag("tbody", [:], body)]
            + (foot.isEmpty ? [] : [.tag("tfoot", [:], foot)])
        return .tag("div", ["class": "wide"], [.tag("table", ["id": id], parts)])
    }

    /// A name that may be broken after each of its parts: some trials have many columns.
    private static func breakable(_ name: String) -> [Markup] {
        var pieces: [Markup] = []
        var part = ""
        for character in name {
            part.append(character)
            guard character == "_" || character == "." else { continue }
            pieces += [.text(part), .tag("wbr")]
            part = ""
        }
        return pieces + [.text(part)]
    }

    private func row(_ name: Markup, _ cells: [Cell], isMarked: Bool) -> Markup {
        let isNumber = columns.first?.isNumber ?? false
        let first: Markup = .tag("th", ["scope": "row", "class": isNumber ? "n" : nil], [name])
        return .tag("tr", ["class": isMarked ? "selected" : nil], [first] + cells.map(Self.markup))
    }

    /// A number as a program reads it, and as a person does.
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
        case .text(let text): .tag("td", text: text)
        case .number(let value): .tag("td", ["class": "n"], value.map { [data($0, Numeral.metric($0))] } ?? [])
        case .whole(let value):
            .tag("td", ["class": "n"], value.map { [.tag("data", ["value": $0], text: "\($0)")] } ?? [])
        case .range(let interval): .tag("td", ["class": "n"], interval.map(range) ?? [])
        }
    }
}
