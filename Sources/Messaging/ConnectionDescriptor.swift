internal import CPosix

/// A connection of libzmq's, known by its file descriptor.
package struct ConnectionDescriptor: Hashable, Sendable {
    package let fileDescriptor: Int32

    package init(_ fileDescriptor: Int32) {
        self.fileDescriptor = fileDescriptor
    }

    /// What the system has counted on a TCP connection, in bytes: received in all, and confirmed by the peer of what was
    /// sent; nil for a Unix socket, and when it is gone.
    package var counts: (received: Int, confirmed: Int)? {
        var received: UInt64 = 0
        var confirmed: UInt64 = 0
        guard winnow_tcp_counts(fileDescriptor, &received, &confirmed) == 0 else { return nil }
        return (Int(clamping: received), Int(clamping: confirmed))
    }

    /// Whether the peer's system has confirmed all that left this one; true where that is not known.
    package var isDrained: Bool { winnow_tcp_unconfirmed(fileDescriptor) <= 0 }

    /// Ends the connection as if the network had: libzmq, which cannot be told to, finds out at once and forgets the
    /// peer. Where the descriptor has meanwhile become another connection's, that one is made anew by its peer.
    package func end() {
        winnow_end_connection(fileDescriptor)
    }
}
