/// A data set that can be downloaded.
package struct DownloadableDataset: Hashable, Sendable {
    package enum Contents: Hashable, Sendable {
        /// Files that are kept as they are.
        case files([RemoteFile])
        /// One archive (tar, plain or gzipped) whose members are extracted, and which is then deleted.
        case archive(RemoteFile, members: [ArchiveMember])
    }

    package let name: String
    /// The addresses of its files, in order of preference.
    package let addresses: [RemoteAddress]
    package let contents: Contents

    package init(name: String, addresses: [RemoteAddress], contents: Contents) {
        self.name = name
        self.addresses = addresses
        self.contents = contents
    }

    /// The size of the download in bytes.
    package var size: Int {
        switch contents {
        case .files(let files): files.reduce(0) { $0 + $1.size }
        case .archive(let file, members: _): file.size
        }
    }

    /// The names of the complete data set's files.
    package var fileNames: [String] {
        switch contents {
        case .files(let files): files.map(\.name)
        case .archive(_, let members): members.map(\.name)
        }
    }
}

/// A published file.
package struct RemoteFile: Hashable, Sendable {
    package let name: String
    /// Bytes.
    package let size: Int
    /// In lower-case hexadecimal.
    package let sha256: String

    package init(_ name: String, size: Int, sha256: String) {
        self.name = name
        self.size = size
        self.sha256 = sha256
    }
}

/// A file inside an archive, unpacked under its base name, whatever its folder in the archive.
package struct ArchiveMember: Hashable, Sendable {
    package let name: String
    /// The allowed sizes in bytes; one number if the size is known.
    package let sizes: ClosedRange<Int>
    /// In lower-case hexadecimal, if known; it shows whether an existing file is right.
    package let sha256: String?

    package init(_ name: String, size: Int, sha256: String? = nil) {
        self.init(name, sizes: size...size, sha256: sha256)
    }

    package init(_ name: String, sizes: ClosedRange<Int>, sha256: String? = nil) {
        self.name = name
        self.sizes = sizes
        self.sha256 = sha256
    }
}

/// The address of a data set's files.
package enum RemoteAddress: Hashable, Sendable {
    /// `http://` or `https://`, without a file's name; `note` is a remark for the user.
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
