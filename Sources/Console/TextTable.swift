/// Columns of text, right-aligned, as wide as their widest cell.
package struct TextTable {
    private var rows: [[String]]

    package init(_ header: [String]) { rows = [header] }

    package mutating func add(_ row: [String]) { rows.append(row) }

    /// - Parameter columns: the width of a line; columns that do not fit are left out and counted.
    package func text(columns limit: Int?) -> String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var shown = widths.count
        while let limit, shown > 1, widths[..<shown].reduce(0, { $0 + $1 + 2 }) - 2 > limit {
            shown -= 1
        }
        let lines = rows.map { row in
            zip(row, widths).prefix(shown).map { String(repeating: " ", count: $1 - $0.count) + $0 }
                .joined(separator: "  ")
        }
        let rest = widths.count - shown
        let note = rest > 0 ? ["(\(rest) more columns do not fit here; --json has them all)"] : []
        return (lines + note).map { $0 + "\n" }.joined()
    }
}

/// Breaks sentences into lines for a narrow terminal.
package enum Wrapping {
    /// Breaks at spaces; a word that is longer than a line is not broken.
    ///
    /// - Parameters:
    ///   - columns: the width of a line; nil does not break the text.
    ///   - indent: spaces before the first line.
    ///   - hanging: spaces before the others.
    package static func text(_ text: String, columns: Int?, indent: Int = 0, hanging: Int? = nil) -> String {
        let first = String(repeating: " ", count: indent)
        guard let columns else { return first + text }
        let rest = String(repeating: " ", count: hanging ?? indent)
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > columns {
                lines.append(line)
                (line, isEmpty) = (rest, true)
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
