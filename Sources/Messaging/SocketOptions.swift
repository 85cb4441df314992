/// How a ``Socket`` is set up; the defaults are for coordinators and workers.
package struct SocketOptions: Sendable {
    /// Who may be at the other end, and what others can read of it.
    package enum Security: Sendable {
        /// Anybody, in clear: for a Unix socket in a private folder, or one machine's own programs.
        case none
        /// Whom the context's ``ZAPHandler`` lets in. Without a handler nobody is let in.
        case server(CURVEKeyPair)
        /// The one who has the secret half of `server`.
        case client(CURVEKeyPair, server: CURVEPublicKey)
    }

    package var security = Security.none
    /// Messages that may wait for one peer before ``Socket/send(_:)`` says ``SendResult/wouldBlock``.
    package var sendQueue = 10_000
    /// Messages that may wait here, from one peer, before that peer has to hold back; 0 for no bound.
    package var receiveQueue = 10_000
    /// Bytes that the system may keep of what one TCP peer has sent; nil for what the system itself finds best.
    package var receiveBuffer: Int?
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
