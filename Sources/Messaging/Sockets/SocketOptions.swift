import CZMQ

/// How a ``Socket`` is set up; the defaults are for coordinators and workers.
package struct SocketOptions: Sendable {
    /// Authentication and encryption.
    package enum Security: Sendable {
        /// No keys, in clear: for a Unix socket in a private folder, or one machine's own programs.
        case none
        /// Admits the peers that the context's ``ZAPHandler`` admits; without a handler, none.
        case server(CURVEKeyPair)
        /// Connects only to the holder of the secret half of `server`.
        case client(CURVEKeyPair, server: CURVEPublicKey)
    }

    package var security = Security.none
    /// Messages that may wait for one peer before ``Socket/send(_:)`` says ``SendResult/wouldBlock``.
    package var sendQueue = 10_000
    /// Messages that may wait here, from one peer, before that peer has to hold back; 0 for no bound.
    package var receiveQueue = 10_000
    /// The kernel's receive buffer of a TCP connection in bytes; nil for the system's choice.
    package var receiveBuffer: Int?
    /// The largest frame in bytes that is accepted; a peer that sends a larger one is disconnected.
    package var largestFrame = 64 << 20
    /// The most frames of a message, each of up to ``largestFrame`` bytes. libzmq itself has no such limit.
    package var mostFrames = 64
    /// The first and the longest pause between two attempts to connect; it doubles in between.
    package var reconnectInterval: ClosedRange<Duration> = .milliseconds(10) ... .seconds(1)
    /// A connection that has not finished ZeroMQ's handshake by then is dropped.
    package var handshakeTimeout: Duration = .seconds(5)
    /// A TCP connection whose peer acknowledges nothing for this long is dropped.
    package var retransmissionTimeout: Duration = .seconds(30)

    package init() {}
}

/// How a socket takes its options on.
extension Socket {
    func apply(_ options: SocketOptions) throws(ZMQError) {
        try set(ZMQ_SNDHWM, Int32(clamping: options.sendQueue))
        try set(ZMQ_RCVHWM, Int32(clamping: options.receiveQueue))
        try set(ZMQ_MAXMSGSIZE, bytesOf: Int64(options.largestFrame))
        try set(ZMQ_RECONNECT_IVL, options.reconnectInterval.lowerBound.milliseconds)
        try set(ZMQ_RECONNECT_IVL_MAX, options.reconnectInterval.upperBound.milliseconds)
        try set(ZMQ_HANDSHAKE_IVL, options.handshakeTimeout.milliseconds)
        try set(ZMQ_TCP_MAXRT, options.retransmissionTimeout.milliseconds)
        // Queues for connected peers only, not for connections that may never be made.
        try set(ZMQ_IMMEDIATE, 1)
        try setLinger(.zero)
        if let receiveBuffer = options.receiveBuffer { try set(ZMQ_RCVBUF, Int32(clamping: receiveBuffer)) }
        try apply(options.security)
    }

    private func apply(_ security: SocketOptions.Security) throws(ZMQError) {
        switch security {
        case .none: break
        case .server(let keys):
            try set(ZMQ_CURVE_SERVER, 1)
            try set(ZMQ_CURVE_SECRETKEY, text: keys.secretKey)
            try set(ZMQ_ZAP_DOMAIN, text: ZAPDesk.domain)
            // Without it, a handshake that no handler answers succeeds: CURVE alone admits every key.
            try set(winnow_zap_enforce_domain, 1)
        case .client(let keys, let server):
            try set(ZMQ_CURVE_SERVERKEY, text: server.description)
            try set(ZMQ_CURVE_PUBLICKEY, text: keys.publicKey.description)
            try set(ZMQ_CURVE_SECRETKEY, text: keys.secretKey)
        }
    }

    func set(_ option: Int32, _ value: Int32) throws(ZMQError) { try set(option, bytesOf: value) }

    private func set<Value: FixedWidthInteger>(_ option: Int32, bytesOf value: Value) throws(ZMQError) {
        var value = value
        try check(zmq_setsockopt(handle, option, &value, MemoryLayout<Value>.size), option)
    }

    private func set(_ option: Int32, text: String) throws(ZMQError) {
        try check(zmq_setsockopt(handle, option, text, text.utf8.count), option)
    }

    private func check(_ code: Int32, _ option: Int32) throws(ZMQError) {
        guard code == 0 else { throw .last("set option \(option) of a socket") }
    }
}

extension Duration {
    /// The whole milliseconds that libzmq takes: rounded up, so that a short wait never becomes a busy loop, and
    /// within 0...Int32.max.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return Int32.max }
        let rounded = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(max(0, rounded))
    }
}
