/// The routing id of a connection to the ROUTER socket, which chose it, or the peer did.
package struct PeerID: Hashable, Sendable, ExpressibleByArrayLiteral {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(arrayLiteral bytes: UInt8...) {
        self.init(bytes)
    }

    /// All bytes at once: an array hashes them one by one, and this is asked for some twenty times for each message.
    package func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
