/// Reads a record's cells as what their columns are known to hold.
struct RowReader {
    private let path: String
    private let dialect: TableDialect
    private var columns: [TableColumn]
    private let positions: [Int]
    /// The categories that are known.
    private var known: [CategoryTable?]
    /// Those that are collected while they are read.
    private var collected: [CollectedCategories?]

    /// - Parameters:
    ///   - positions: of the columns in a record.
    ///   - collects: whether categories that are not known yet are those that the cells have.
    init(_ columns: [TableColumn], at positions: [Int], dialect: TableDialect, path: String, collects: Bool) {
        self.columns = columns
        self.positions = positions
        self.dialect = dialect
        self.path = path
        known = columns.map { column in
            guard case .category(let names, _) = column.kind, !names.isEmpty || !collects else { return nil }
            return CategoryTable(names)
        }
        collected = zip(columns, known).map { column, known in
            guard case .category = column.kind, known == nil else { return nil }
            return CollectedCategories()
        }
    }

    /// - Throws: where a cell is not what its column holds.
    mutating func append(
        _ cells: [Cell], _ bytes: UnsafeBufferPointer<UInt8>, line: Int, to values: inout [Double]
    ) throws(DatasetError) {
        for (index, position) in positions.enumerated() {
            values.append(try number(index, cells[position], bytes, line))
        }
    }

    private mutating func number(
        _ index: Int, _ cell: Cell, _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int
    ) throws(DatasetError) -> Double {
        let value = dialect.value(cell, in: bytes)
        if value == .missing {
            guard columns[index].missing == .refused else { return .nan }
            throw error(.missingValue, index, line, "", "is not to be there, and nothing stands for it")
        }
        switch (columns[index].kind, value) {
        case (.number, .number(let number)) where value.fault == nil: return number
        case (.number, _):
            if let fault = value.fault { throw error(.outOfRange, index, line, cell.text(in: bytes), fault) }
        case (.boolean, .number(let number)) where number == 0 || number == 1: return number
        case (.boolean, _):
            if let truth = BooleanWord.value(of: cell.text(in: bytes)) { return truth }
        case (.date(let format), _):
            let text = cell.text(in: bytes)
            if let days = format.map({ CalendarDate.days(text, format: $0) }) ?? CalendarDate.days(text) { return days }
        case (.category, _):
            let text = cell.text(in: bytes)
            return known[index]?.position(of: text) ?? collected[index]!.position(of: text)
        }
        throw error(.textInNumberColumn, index, line, cell.text(in: bytes), "is no \(what(columns[index].kind))")
    }

    private func what(_ kind: TableColumn.Kind) -> String {
        switch kind {
        case .number, .category: "number, as the column holds them"
        case .boolean: "truth value: true or false, yes or no, 1 or 0"
        case .date(let format?): "date as \(format) writes it"
        case .date: "date such as 2026-12-01 or 2026-12-01T10:30 (format: '%d.%m.%Y' names another form)"
        }
    }

    private func error(
        _ code: DatasetError.Code, _ index: Int, _ line: Int, _ text: String, _ what: String
    ) -> DatasetError {
        DatasetError(code, in: path, line: line, column: columns[index].name, "\(Self.subject(text)) \(what)")
    }

    /// A cell as a message calls it.
    static func subject(_ text: String) -> String {
        text.isEmpty ? "an empty cell" : "'\(text.count > 40 ? text.prefix(40) + "..." : text)'"
    }

    /// Puts the collected categories in order, and numbers the cells of the rows that were read by it.
    ///
    /// - Returns: the columns with all their categories, and what is worth saying of them.
    consuming func finish(
        _ values: inout [Double], settings: [ColumnSettings?]
    ) -> (columns: [TableColumn], notes: [String]) {
        var notes: [String] = []
        var maps: [Int: [Double]] = [:]
        for (index, categories) in collected.enumerated() {
            guard let categories, case .category(_, let encoding) = columns[index].kind else { continue }
            let most = settings[index]?.maxCategories ?? ColumnTally.usualCategories
            let (names, map) = categories.ordered(most: most)
            maps[index] = map
            columns[index].kind = .category(names, encoding)
            if categories.count > most {
                notes.append(
                    "column \(columns[index].name): has \(categories.count) categories, of which the \(most) most "
                        + "frequent are told apart; columns: {\(columns[index].name.yaml): {max_categories: "
                        + "\(categories.count)}} takes all")
            }
        }
        guard !maps.isEmpty else { return (columns, notes) }
        for row in stride(from: 0, to: values.count, by: columns.count) {
            for (index, map) in maps where !values[row + index].isNaN {
                values[row + index] = map[Int(values[row + index])]
            }
        }
        return (columns, notes)
    }
}

/// The categories of a column while its cells are read.
private struct CollectedCategories {
    private var positions: [String: Int] = [:]
    private var spellings: [String] = []
    private var counts: [Int] = []

    var count: Int { spellings.count }

    /// In order of appearance.
    mutating func position(of text: String) -> Double {
        if let position = positions[text] {
            counts[position] += 1
            return Double(position)
        }
        positions[text] = spellings.count
        spellings.append(text)
        counts.append(1)
        return Double(spellings.count - 1)
    }

    /// The categories in the order of class labels, and the position in it by that of appearance: -1 for those beyond
    /// the `most` that occur most often.
    func ordered(most: Int) -> (names: [String], map: [Double]) {
        let all = LabelTable(spellings)
        let classes = spellings.map { Int(all.index(of: $0) ?? 0) }
        var sizes = all.names.map { _ in 0 }
        for (spelling, index) in classes.enumerated() { sizes[index] += counts[spelling] }
        let kept = all.names.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }.prefix(most).sorted()
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, Double($0)) })
        return (kept.map { all.names[$0] }, classes.map { places[$0] ?? -1 })
    }
}
