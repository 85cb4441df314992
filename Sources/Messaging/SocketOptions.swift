/// How a ``Socket`` is set up; the defaults are for coordinators and workers.
package struct SocketOptions: Hashable, Sendable {
    /// Messages that may wait for one peer before ``Socket/send(_:)`` says ``SendResult/wouldBlock``.
    package var sendQueue = 10_000
    /// Messages that may wait here, from one peer, before that peer has to hold back.
    package var receiveQueue = 10_000
    /// The largest frame in bytes that is accepted; a peer that sends a larger one is disconnected.
    package var largestFrame = 64 << 20
    /// The most frames that a message may have. libzmq has no such limit; each of them may have ``largestFrame`` bytes.
    package var mostFrames = 64
    /// The first and the longest pause between two attempts to connect; it doubles in between.
    package var reconnectInterval: ClosedRange<Duration> = .milliseconds(10) ... .seconds(1)
    /// A connection that has not said hello in the language of ZeroMQ by then is dropped.
    package var handshakeTimeout: Duration = .seconds(5)
    /// A TCP connection whose peer confirms nothing for so long is dropped.
    package var retransmissionTimeout: Duration = .seconds(30)

    package init() {}
}
