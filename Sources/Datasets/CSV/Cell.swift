/// A cell's place in the file's bytes, without the quotes around it.
struct Cell {
    var start: Int
    var end: Int
    /// Whether two quotes in it stand for one.
    var hasEscapes = false
}

extension Cell {
    /// Whether it stands in quotes.
    func isQuoted(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        start > 0 && bytes[start - 1] == UInt8(ascii: "\"")
    }

    /// The cell's text without blanks at its ends.
    func text(in bytes: UnsafeBufferPointer<UInt8>) -> String {
        let blanks: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        var content = bytes[start..<end].drop { blanks.contains($0) }
        while let last = content.last, blanks.contains(last) { content.removeLast() }
        guard hasEscapes else { return String(decoding: content, as: UTF8.self) }
        var unescaped: [UInt8] = []
        var afterQuote = false
        for byte in content {
            afterQuote = byte == UInt8(ascii: "\"") && !afterQuote
            if !afterQuote { unescaped.append(byte) }
        }
        return String(decoding: unescaped, as: UTF8.self)
    }
}
