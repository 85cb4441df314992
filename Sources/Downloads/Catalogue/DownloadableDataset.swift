/// A data set that can be fetched.
package struct DownloadableDataset: Hashable, Sendable {
    package enum Contents: Hashable, Sendable {
        /// Files that stay as they are.
        case files([RemoteFile])
        /// One archive (tar, plain or gzipped) of which these members are kept, and which is then deleted.
        case archive(RemoteFile, members: [ArchiveMember])
    }

    package let name: String
    /// Where its files lie, in order of preference.
    package let addresses: [RemoteAddress]
    package let contents: Contents

    package init(name: String, addresses: [RemoteAddress], contents: Contents) {
        self.name = name
        self.addresses = addresses
        self.contents = contents
    }

    /// Bytes that are fetched.
    package var size: Int {
        switch contents {
        case .files(let files): files.reduce(0) { $0 + $1.size }
        case .archive(let file, members: _): file.size
        }
    }

    /// The files' names once all is there.
    package var fileNames: [String] {
        switch contents {
        case .files(let files): files.map(\.name)
        case .archive(_, let members): members.map(\.name)
        }
    }
}
