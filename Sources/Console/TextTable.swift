/// Columns of text, right-aligned, as wide as their widest cell.
package struct TextTable {
    private var rows: [[String]]

    package init(_ header: [String]) {
        rows = [header]
    }

    package mutating func add(_ row: [String]) {
        rows.append(row)
    }

    /// - Parameter columns: what a line may have; columns that do not fit are left out whole, and counted.
    package func text(columns limit: Int?) -> String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var shown = widths.count
        while let limit, shown > 1, widths[..<shown].reduce(0, { $0 + $1 + 2 }) - 2 > limit {
            shown -= 1
        }
        let lines = rows.map { row in
            zip(row, widths).prefix(shown).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(
                separator: "  ")
        }
        let rest = widths.count - shown
        let note = rest > 0 ? ["(\(rest) more columns do not fit here; --json has them all)"] : []
        return (lines + note).map { $0 + "\n" }.joined()
    }
}
