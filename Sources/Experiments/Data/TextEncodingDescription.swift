/// How a table's text stands in bytes.
package enum TextEncodingDescription: String, Hashable, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case utf16 = "utf-16"
    case utf16LittleEndian = "utf-16-le"
    case utf16BigEndian = "utf-16-be"
    case latin1 = "latin-1"
    case windows1252 = "windows-1252"
    case macRoman = "mac-roman"

    /// By its name, or by another one that Python knows for it.
    init?(name: String) {
        let plain = name.lowercased().replacing("_", with: "-")
        let other = Self.otherNames[plain]
        guard let encoding = other ?? Self(rawValue: plain) else { return nil }
        self = encoding
    }

    private static let otherNames: [String: TextEncodingDescription] = [
        "utf8": .utf8, "utf-8-sig": .utf8, "ascii": .utf8, "utf16": .utf16, "utf-16le": .utf16LittleEndian,
        "utf-16be": .utf16BigEndian, "latin1": .latin1, "iso-8859-1": .latin1, "iso8859-1": .latin1,
        "cp1252": .windows1252, "windows1252": .windows1252, "macroman": .macRoman, "macintosh": .macRoman,
    ]
}
