/// A checkpoint that is on disk: which one, after which epoch, and the digest of its bytes.
package struct StoredFile: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The model at the selected epoch, nothing else.
        case best
        /// All that resuming needs.
        case last
    }

    package var kind: Kind
    /// The last whole epoch that the file knows of; `last` may stand in the middle of the next one.
    package var epoch: Int
    /// Bytes.
    package var size: Int
    /// Lower-case hexadecimal.
    package var sha256: String

    package init(kind: Kind, epoch: Int, size: Int, sha256: String) {
        self.kind = kind
        self.epoch = epoch
        self.size = size
        self.sha256 = sha256
    }
}
