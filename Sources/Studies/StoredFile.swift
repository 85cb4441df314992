/// A checkpoint that is on disk: which one, after which epoch, and the digest of its bytes.
package struct StoredFile: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
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
    /// Of a `last`: the epoch of the `best` that must be durable before it; nil where no epoch has been selected.
    package var bestEpoch: Int?

    package init(kind: Kind, epoch: Int, size: Int, sha256: String, bestEpoch: Int? = nil) {
        self.kind = kind
        self.bestEpoch = bestEpoch
        self.epoch = epoch
        self.size = size
        self.sha256 = sha256
    }
}
