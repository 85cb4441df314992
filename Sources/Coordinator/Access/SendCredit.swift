package import Messaging

/// How many bytes may wait for one peer that does not take them: libzmq counts messages only, large and small alike.
///
/// What waits is what was sent less what the peer's system has confirmed; whenever nothing at all is unconfirmed, it is 0.
package struct SendCredit {
    /// Bytes.
    package static let limit = 8 << 20
    /// Messages up to this size are counted, but never held back: the socket's queue bounds them.
    package static let smallMessage = 4_096
    /// An upper bound of what libzmq and CURVE add to a message.
    private static let overhead = 128

    private let connection: ConnectionDescriptor?
    private var sent = 0
    private var confirmedBefore = 0

    package init(_ connection: ConnectionDescriptor?) {
        self.connection = connection
        confirmedBefore = connection?.counts?.confirmed ?? 0
    }

    /// Counts a message, unless too much waits for the peer already.
    package mutating func take(_ bytes: Int) -> Bool {
        if bytes > Self.smallMessage, sent > Self.limit / 2, let connection, let counts = connection.counts {
            if connection.isDrained {
                sent = 0
                confirmedBefore = counts.confirmed
            }
            guard sent - (counts.confirmed - confirmedBefore) + bytes <= Self.limit else { return false }
        }
        sent += bytes + Self.overhead
        return true
    }
}
