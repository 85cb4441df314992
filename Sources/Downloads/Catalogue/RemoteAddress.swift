/// Where files of a data set lie.
package enum RemoteAddress: Hashable, Sendable {
    /// `http://` or `https://`, without a file's name; `note` says what a user should know of it.
    case url(String, note: String? = nil)
    case folder(String)

    /// A mirror as a user writes it: an address, or a folder.
    /// - Throws: ``DownloadError`` with `.badMirror` for other addresses than HTTP's.
    package init(mirror text: String) throws(DownloadError) {
        let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound].lowercased() }
        switch scheme {
        case "http", "https": self = .url(text)
        case nil where !text.isEmpty: self = .folder(text)
        default:
            throw DownloadError(
                .badMirror, at: text.isEmpty ? "--mirror" : text,
                "a mirror is an address that begins with http:// or https://, or a folder")
        }
    }

    /// The address of one of the files.
    package func location(of name: String) -> String {
        let base =
            switch self {
            case .url(let text, note: _): text
            case .folder(let path): path
            }
        return base.hasSuffix("/") ? base + name : "\(base)/\(name)"
    }
}
