/// Watches for columns that only count a table's rows: an index that was written with it, and that a model takes for a
/// feature. Where the rows are in order of their classes, it tells them all.
struct IndexWatch {
    private struct Column {
        let position: Int
        let name: String
        let hasName: Bool
        var first: Double?
        var isCounting = true
    }

    private var columns: [Column]
    private var rows = 0

    /// Fewer rows may well hold 1, 2, 3.
    private static let fewestRows = 20

    /// - Parameter header: as it stands in the file.
    init(header: [String]?, layout: ColumnLayout) {
        columns = layout.features.map { position in
            Column(
                position: position, name: layout.names[position],
                hasName: header.map { !$0[position].isEmpty && $0[position] != "Unnamed: \(position)" } ?? true)
        }
    }

    /// Whether a column may still be one.
    private(set) var isWatching = true

    mutating func look(at cells: [Cell], _ bytes: UnsafeBufferPointer<UInt8>) {
        isWatching = false
        for place in columns.indices where columns[place].isCounting {
            let cell = cells[columns[place].position]
            guard case .number(let number) = CellValue(bytes, from: cell.start, to: cell.end) else {
                columns[place].isCounting = false
                continue
            }
            let first = columns[place].first ?? number
            columns[place].first = first
            columns[place].isCounting = (first == 0 || first == 1) && number == first + Double(rows)
            isWatching = isWatching || columns[place].isCounting
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
