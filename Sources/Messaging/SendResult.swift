/// What became of a message that was handed to ``Socket/send(_:)``.
package enum SendResult: Hashable, Sendable {
    /// It is queued for the peer. Only the peer's own answer tells that it has arrived.
    case sent
    /// Nothing was queued: the peer's queue is full, or no peer is connected yet. Try again later.
    case wouldBlock
    /// Nothing was queued: a router knows no peer of that name, or no longer.
    case unreachable
}
