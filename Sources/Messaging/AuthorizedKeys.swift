/// The public keys that are let in, from a file like ssh's: a key to a line, then, if one likes, a name.
///
/// ```
/// # the machines of the lab
/// 9Xg5]... gpu7
/// public-key Yne@$... gpu8
/// ```
/// So `cat *.pub` makes such a file. A line whose first word is 40 characters of Z85 is a key, even where it begins
/// with `#`; a key that is commented out has 41.
package struct AuthorizedKeys: Hashable, Sendable {
    /// Names by key; empty where the line has none.
    package let names: [CURVEPublicKey: String]
    /// Bytes of a file: some hundred thousand keys.
    private static let largest = 8 << 20

    /// - Throws: ``KeyFileError`` with the number of a line that is neither a key nor a comment.
    package init(reading path: String) throws(KeyFileError) {
        try self.init(text: KeyFile.read(path, atMost: Self.largest).text, path: path)
    }

    init(text: String, path: String) throws(KeyFileError) {
        var names: [CURVEPublicKey: String] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var words = line.split(whereSeparator: \.isWhitespace)
            if words.first == "public-key" {
                words.removeFirst()
            }
            guard let first = words.first else { continue }
            if let key = CURVEPublicKey(first) {
                names[key] = words.dropFirst().joined(separator: " ")
            } else if !first.hasPrefix("#") {
                throw KeyFileError(path, .badLine(index + 1))
            }
        }
        self.names = names
    }

    package func contains(_ key: CURVEPublicKey) -> Bool { names[key] != nil }
}
