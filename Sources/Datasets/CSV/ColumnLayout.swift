/// The role of each column of a table.
struct ColumnLayout {
    /// The header's names, or positions from 0 without a header.
    let names: [String]
    let target: Int
    /// The positions of the features, ascending; a model's in its order.
    let features: [Int]
    /// What is said of columns, by position.
    let settings: [Int: ColumnSettings]
    /// The position of the column that the split goes by.
    let splitColumn: Int?

    /// - Parameters:
    ///   - header: the names in the first row; nil if there are none.
    ///   - columnCount: how many columns the table has.
    /// - Throws: if a column that the source names is missing or exists twice, or if no feature is left.
    init(_ source: CSVSource, header: [String]?, columnCount: Int) throws(DatasetError) {
        let header = header.map(TableColumnNames.filled)
        let columns = TableColumnNames(file: source.path, header: header, count: columnCount)
        names = header ?? (0..<columnCount).map(String.init)
        target =
            if let name = source.target {
                try columns.position(of: name, orElse: .missingTarget)
            } else {
                columnCount - 1
            }
        var excluded: Set = [target]
        for name in source.ignore { excluded.insert(try columns.position(of: name, orElse: .unknownColumn)) }
        var settings: [Int: ColumnSettings] = [:]
        for (name, setting) in source.columns.sorted(by: { $0.key < $1.key }) {
            settings[try columns.position(of: name, orElse: .unknownColumn)] = setting
        }
        self.settings = settings
        splitColumn = try source.splitColumn.map { (column) throws(DatasetError) in
            try columns.position(of: column.name, orElse: .unknownColumn)
        }
        if let splitColumn { excluded.insert(splitColumn) }
        if let said = settings.keys.sorted().first(where: { excluded.contains($0) }) {
            throw DatasetError(
                .contradiction, in: source.path, column: names[said],
                "columns says how it is a feature, but it is "
                    + (said == target ? "the target" : said == splitColumn ? "what the split goes by" : "ignored"))
        }
        if let known = source.modelColumns {
            features = try columns.positions(ofModel: known.map(\.name))
            return
        }
        features = (0..<columnCount).filter { !excluded.contains($0) }
        guard !features.isEmpty else {
            throw DatasetError(
                .noFeatures, in: source.path, line: 1,
                columnCount == 1
                    ? "the rows have one cell; cells are separated by "
                        + (source.dialect.separator == UInt8(ascii: ",")
                            ? "commas" : "'\(Character(Unicode.Scalar(source.dialect.separator)))'")
                    : "no column is left for features beside the target and those ignored")
        }
    }
}

/// A table's columns, found by name or by position.
struct TableColumnNames {
    let file: String
    let header: [String]?
    let count: Int

    /// A header's names; a column without one has pandas' name for it.
    static func filled(_ header: [String]) -> [String] {
        header.enumerated().map { $1.isEmpty ? unnamed($0) : $1 }
    }

    /// What pandas calls a column without a name, such as the index that its `to_csv` writes.
    static func unnamed(_ position: Int) -> String { "Unnamed: \(position)" }

    /// The position of the column with that name; failing that, a number is a position from 0.
    func position(of name: String, orElse code: DatasetError.Code) throws(DatasetError) -> Int {
        let positions = (header ?? []).indices.filter { header?[$0] == name }
        if let position = positions.first {
            guard positions.count == 1 else {
                throw DatasetError(.ambiguousColumn, in: file, line: 1, column: name, "stands in the header twice")
            }
            return position
        }
        if let position = Int(name), 0..<count ~= position { return position }
        throw DatasetError(code, in: file, line: 1, unknown(name))
    }

    /// The positions of a model's columns.
    ///
    /// - Throws: where one is missing; the error names those, and the columns that the model does not know.
    func positions(ofModel names: [String]) throws(DatasetError) -> [Int] {
        var missing: [String] = []
        let positions = try names.map { (name) throws(DatasetError) in
            do throws(DatasetError) {
                return try position(of: name, orElse: .unknownColumn)
            } catch {
                guard error.code == .unknownColumn else { throw error }
                missing.append(name)
                return 0
            }
        }
        guard missing.isEmpty else {
            let others = (header ?? (0..<count).map(String.init)).filter { !names.contains($0) }
            throw DatasetError(
                .unknownColumn, in: file, line: 1,
                "the model's columns \(Self.list(missing)) are not there; not the model's are "
                    + (others.isEmpty ? "none" : Self.list(others)))
        }
        return positions
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", and \(names.count - 12) more" : "")
    }

    private func unknown(_ name: String) -> String {
        guard let header else {
            return "there is no column \(name): the file has no header, and its columns are 0 to \(count - 1)"
        }
        if let nearest = nearestName(to: name, among: header) {
            return "there is no column \(name); did you mean \(nearest)?"
        }
        let shown = header.prefix(12).joined(separator: ", ")
        return "there is no column \(name); the columns are \(shown)\(header.count > 12 ? ", and more" : "")"
    }
}

/// Watches for columns that only count a table's rows: an index that was written with it, and that a model would take for
/// a feature. If the rows are ordered by class, such a column gives all classes away.
struct IndexWatch {
    private struct Column {
        let position: Int
        let name: String
        let hasName: Bool
        var first: Double?
        var isCounting = true
    }

    private let dialect: TableDialect
    private var columns: [Column]
    private var rows = 0

    /// With fewer rows, 1, 2, 3 may be data.
    private static let fewestRows = 20

    init(layout: ColumnLayout, dialect: TableDialect) {
        self.dialect = dialect
        columns = layout.features.map { position in
            let name = layout.names[position]
            return Column(position: position, name: name, hasName: name != TableColumnNames.unnamed(position))
        }
    }

    /// Whether any column may still be an index.
    private(set) var isWatching = true

    mutating func look(at cells: [Cell], _ bytes: UnsafeBufferPointer<UInt8>) {
        isWatching = false
        for index in columns.indices where columns[index].isCounting {
            guard case .number(let number) = dialect.value(cells[columns[index].position], in: bytes) else {
                columns[index].isCounting = false
                continue
            }
            let first = columns[index].first ?? number
            columns[index].first = first
            columns[index].isCounting = (first == 0 || first == 1) && number == first + Double(rows)
            isWatching = isWatching || columns[index].isCounting
        }
        rows += 1
    }

    var warnings: [String] {
        columns.compactMap { column in
            let counts = column.isCounting && rows >= Self.fewestRows
            guard counts || !column.hasName else { return nil }
            let what =
                !column.hasName
                ? "has no name\(counts ? " and counts the rows" : ""), as the index that pandas writes"
                : "counts the rows"
            let name = column.name.contains { $0 == " " || $0 == ":" } ? "'\(column.name)'" : column.name
            return "column \(column.name): \(what), and is a feature; leave it out: ignore: [\(name)]"
        }
    }
}

/// The name that `word` was probably meant to be: at most a third of its letters differ.
private func nearestName(to word: String, among names: [String]) -> String? {
    let word = Array(word.lowercased().unicodeScalars)
    let distances = names.map { name in
        (name: name, distance: editDistance(word, Array(name.lowercased().unicodeScalars)))
    }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    return nearest.distance <= max(1, nearest.name.count / 3) ? nearest.name : nil
}

/// How many insertions, deletions and replacements lead from `a` to `b`.
///
/// Source: Wagner, Fischer, "The string-to-string correction problem", JACM 21(1), 1974.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices { row.append(min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))) }
        last = row
    }
    return last[b.count]
}
