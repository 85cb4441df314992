/// Columns of text, right-aligned, as wide as their widest cell.
struct TextTable {
    private var rows: [[String]]

    init(_ header: [String]) {
        rows = [header]
    }

    mutating func add(_ row: [String]) {
        rows.append(row)
    }

    /// - Parameter columns: where longer lines are cut; nil cuts none.
    func text(columns: Int?) -> String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let line = zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
            return (columns.map { String(line.prefix($0)) } ?? line) + "\n"
        }.joined()
    }
}
