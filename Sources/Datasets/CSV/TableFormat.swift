/// Recognises tables in other formats than RFC 4180's by their first lines, so that the error names the format and not its
/// consequence.
struct TableFormat {
    private let path: String
    private let bytes: UnsafeBufferPointer<UInt8>
    private let separator: UInt8

    /// - Parameter separator: what is between cells; another than the comma was said, and needs no advice.
    /// - Throws: the table's format, and what to say of it or how to convert it.
    static func check(
        _ bytes: UnsafeBufferPointer<UInt8>, path: String, separator: UInt8 = UInt8(ascii: ",")
    ) throws(DatasetError) {
        try TableFormat(path: path, bytes: bytes, separator: separator).check()
    }

    private struct Line {
        let number: Int
        let bytes: Slice<UnsafeBufferPointer<UInt8>>
    }

    private func check() throws(DatasetError) {
        let lines = firstLines()
        guard let first = lines.first else { return }
        let isBinding = first.bytes.count <= 6 && first.bytes.starts(with: Array("sep=".utf8))
        if isBinding || first.bytes.starts(with: Array("Sep=".utf8)) || first.bytes.starts(with: Array("SEP=".utf8)) {
            throw fail(first, "is Excel's line '\(text(first))', which says how cells are separated: remove it")
        }
        if first.bytes.first == UInt8(ascii: "#"),
            let table = lines.first(where: { $0.bytes.first != UInt8(ascii: "#") }),
            cells(first) != cells(table)
        {
            throw fail(first, "is a comment ('\(text(first))'): remove the lines that begin with #")
        }
        if separator == UInt8(ascii: ",") { try checkSeparator(lines) }
    }

    /// Semicolons, tabs or bars are the separator if the first two lines have equally many of them, and commas are not.
    private func checkSeparator(_ lines: [Line]) throws(DatasetError) {
        guard let first = lines.first else { return }
        let second = lines.dropFirst().first
        for (separator, name, written) in [
            (UInt8(ascii: ";"), "semicolons", ";"), (UInt8(ascii: "\t"), "tabs", "\\t"),
            (UInt8(ascii: "|"), "bars", "|"),
        ] {
            let count = count(of: separator, in: first)
            guard count > 0, second.map({ self.count(of: separator, in: $0) == count }) ?? true else { continue }
            let hasCommas = self.count(of: UInt8(ascii: ","), in: first) > 0
            // With decimal commas, the number of commas in a line varies.
            guard !hasCommas || separator == UInt8(ascii: ";") else { continue }
            let isDecimal = lines.contains { hasDecimalComma($0) }
            throw fail(
                first,
                "has cells that are separated by \(name)\(isDecimal ? ", with decimal commas" : ""), where commas are "
                    + "expected\(isDecimal ? " and decimal points" : ""): say separator: \"\(written)\""
                    + (isDecimal ? " and decimal: \",\"" : ""))
        }
    }

    /// A digit, a comma and a digit.
    private func hasDecimalComma(_ line: Line) -> Bool {
        let bytes = Array(line.bytes)
        return bytes.indices.dropFirst().dropLast().contains { index in
            bytes[index] == UInt8(ascii: ",") && isDigit(bytes[index - 1]) && isDigit(bytes[index + 1])
        }
    }

    private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    /// Outside of quotes.
    private func count(of separator: UInt8, in line: Line) -> Int {
        var isQuoted = false
        return line.bytes.reduce(0) { count, byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return count + (byte == separator && !isQuoted ? 1 : 0)
        }
    }

    private func cells(_ line: Line) -> Int { 1 + count(of: separator, in: line) }

    private func fail(_ line: Line, _ message: String) -> DatasetError {
        DatasetError(.wrongFormat, in: path, line: line.number, message)
    }

    private func text(_ line: Line) -> String {
        let text = String(decoding: line.bytes.prefix(40), as: UTF8.self)
        return line.bytes.count > 40 ? text + "..." : text
    }

    /// The first lines that are not blank, and the comments before them.
    private func firstLines() -> [Line] {
        var lines: [Line] = []
        var number = 0
        var tables = 0
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count, tables < 4, lines.count < 1000 {
            let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
            number += 1
            if end > start {
                lines.append(Line(number: number, bytes: bytes[start..<end]))
                if bytes[start] != UInt8(ascii: "#") { tables += 1 }
            }
            let isPair = end + 1 < bytes.count && bytes[end] == 0x0D && bytes[end + 1] == 0x0A
            start = end + (isPair ? 2 : 1)
        }
        return lines
    }
}
