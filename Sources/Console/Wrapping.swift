/// Breaks sentences into lines for a narrow terminal.
package enum Wrapping {
    /// Breaks at spaces; what is longer than a line stays whole.
    ///
    /// - Parameters:
    ///   - columns: what a line may have; nil leaves the text as it is.
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
