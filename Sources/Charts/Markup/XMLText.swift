/// Text as XML and HTML hold it.
enum XMLText {
    /// Appends `text` with its markup characters escaped; what XML 1.0 (2.2 Characters) cannot hold becomes U+FFFD.
    static func escape(_ text: String, to source: inout String) {
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
}
