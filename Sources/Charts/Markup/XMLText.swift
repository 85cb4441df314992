/// Text as XML and HTML hold it.
enum XMLText {
    /// Appends `text` with its markup characters escaped; what XML 1.0 (2.2 Characters) cannot hold becomes U+FFFD.
    static func escape(_ text: String, to source: inout String) {
        // Nearly all text is plain, and a page may hold megabytes of it.
        if text.utf8.allSatisfy(isPlain) {
            source += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": source += "&amp;"
            case "<": source += "&lt;"
            case ">": source += "&gt;"
            case "\"": source += "&quot;"
            case "\t", "\n", "\r": source.unicodeScalars.append(scalar)
            case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{FFFE}", "\u{FFFF}": source += "\u{FFFD}"
            default: source.unicodeScalars.append(scalar)
            }
        }
    }
    /// A byte of printable ASCII, or a line break, that means nothing in markup.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): false
        case 0x20..<0x7F, 0x09, 0x0A, 0x0D: true
        default: false
        }
    }
}
