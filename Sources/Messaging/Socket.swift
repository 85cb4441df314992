internal import CPosix
internal import CZMQ
internal import Glibc

/// A ZeroMQ socket, which lives and dies in one thread, and never blocks: a ``Poller`` does the waiting.
///
/// A message is a list of frames. A router puts the sender's name before what it receives, and takes the receiver's
/// name from the front of what it sends.
///
/// Whether a peer is alive is for the application to find out: libzmq's own heartbeats are answered by hung programs,
/// so they stay off.
package final class Socket {
    package enum Kind: Sendable {
        /// Many peers, each of them addressed by the name that this side gave it.
        case router
        /// One peer.
        case dealer
        /// Peers that ask, and are answered one after the other.
        case reply
        /// One peer in the same program.
        case pair
    }

    let handle: UnsafeMutableRawPointer
    let context: Context
    private let mostFrames: Int
    /// The frame that was received last; allocated once, since libzmq keeps state at its address.
    let part: UnsafeMutablePointer<zmq_msg_t>

    /// - Throws: ``ZMQError`` where the context is shut down or the system gives no more descriptors.
    package init(_ context: Context, _ kind: Kind, options: SocketOptions = SocketOptions()) throws(ZMQError) {
        let type =
            switch kind {
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            case .reply: ZMQ_REP
            case .pair: ZMQ_PAIR
            }
        guard let handle = zmq_socket(context.handle, type) else { throw .last("open a socket") }
        self.handle = handle
        self.context = context
        mostFrames = options.mostFrames
        part = .allocate(capacity: 1)
        zmq_msg_init(part)
        try apply(options)
        if kind == .router {
            // Without it a message to a peer that is gone vanishes without a word.
            try set(ZMQ_ROUTER_MANDATORY, 1)
        }
    }

    private func apply(_ options: SocketOptions) throws(ZMQError) {
        try set(ZMQ_SNDHWM, Int32(clamping: options.sendQueue))
        try set(ZMQ_RCVHWM, Int32(clamping: options.receiveQueue))
        try set(ZMQ_MAXMSGSIZE, bytesOf: Int64(options.largestFrame))
        try set(ZMQ_RECONNECT_IVL, options.reconnectInterval.lowerBound.milliseconds)
        try set(ZMQ_RECONNECT_IVL_MAX, options.reconnectInterval.upperBound.milliseconds)
        try set(ZMQ_HANDSHAKE_IVL, options.handshakeTimeout.milliseconds)
        try set(ZMQ_TCP_MAXRT, options.retransmissionTimeout.milliseconds)
        // Queue for peers that are there, not for connections that may never be made.
        try set(ZMQ_IMMEDIATE, 1)
        try setLinger(.zero)
        if let receiveBuffer = options.receiveBuffer {
            try set(ZMQ_RCVBUF, Int32(clamping: receiveBuffer))
        }
        try apply(options.security)
    }

    /// Lets messages that are still queued when the socket goes take up to `limit`; none, if it is not called.
    ///
    /// The context's end waits for it, so a limit that never ends may hang the program.
    package func setLinger(_ limit: Duration) throws(ZMQError) {
        try set(ZMQ_LINGER, limit.milliseconds)
    }

    func set(_ option: Int32, _ value: Int32) throws(ZMQError) {
        try set(option, bytesOf: value)
    }

    private func set<Value: FixedWidthInteger>(_ option: Int32, bytesOf value: Value) throws(ZMQError) {
        var value = value
        guard zmq_setsockopt(handle, option, &value, MemoryLayout<Value>.size) == 0 else {
            throw .last("set option \(option) of a socket")
        }
    }

    /// Listens at `endpoint`: at every interface of both families for `*`, at every address of this machine that a name
    /// stands for.
    ///
    /// - Returns: the endpoint as it is, with the port that the system chose.
    /// - Throws: ``ZMQError/addressInUse(_:)`` where a living program listens there already. A socket file that a
    ///   dead one left is replaced; a file of any other kind is left as it is, and refused (ENOTSOCK).
    package func bind(_ endpoint: Endpoint) throws(ZMQError) -> Endpoint {
        if case .ipc(let path) = endpoint.transport {
            // libzmq removes whatever file is there before it binds, even one that another program listens on.
            switch winnow_probe_unix_socket(path) {
            case 0: throw .addressInUse(endpoint)
            case ENOTSOCK: throw .failed(operation: "bind", endpoint: endpoint, code: ENOTSOCK)
            default: break
            }
        }
        var bound: Endpoint?
        var failure: ZMQError?
        for address in endpoint.listeningAddresses {
            do {
                let first = try bind(bound.map { address.atPort(of: $0) } ?? address, as: endpoint)
                bound = bound ?? first
            } catch  where error.code == EADDRINUSE && bound == nil {
                throw error
            } catch {
                // A name may also stand for an address that this machine lacks, or for a family that it does without.
                failure = failure ?? error
            }
        }
        guard let bound else { throw failure! }
        return bound
    }

    private func bind(_ address: Endpoint, as asked: Endpoint) throws(ZMQError) -> Endpoint {
        try set(ZMQ_IPV6, address.isIPv6 || address.isEverywhere ? 1 : 0)
        guard zmq_bind(handle, address.description) == 0 else { throw .last("bind", endpoint: asked) }
        return try boundEndpoint(asked: asked)
    }

    /// Connects to `endpoint`, now or, in the background, whenever somebody listens there, and again after a loss.
    ///
    /// - Parameter family: which of a name's addresses are tried: with `.six` those of IPv6, or, where there are none,
    ///   those of IPv4 (`AI_V4MAPPED`). `tcp://*:5555` is this machine.
    /// - Throws: ``ZMQError`` where the endpoint cannot be connected to at all.
    package func connect(_ endpoint: Endpoint, family: AddressFamily = .four) throws(ZMQError) {
        try set(ZMQ_IPV6, endpoint.isIPv6 || endpoint.hasName && family == .six ? 1 : 0)
        guard zmq_connect(handle, endpoint.reachable.description) == 0 else {
            throw .last("connect to", endpoint: endpoint)
        }
    }

    package enum AddressFamily: Sendable {
        case four, six

        package var other: AddressFamily { self == .four ? .six : .four }
    }

    private func boundEndpoint(asked: Endpoint) throws(ZMQError) -> Endpoint {
        guard case .tcp(let host, 0) = asked.transport else { return asked }
        var size = 256
        let text = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let code = zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, buffer.baseAddress, &size)
            count = code == 0 ? size - 1 : 0
        }
        guard !text.isEmpty, let endpoint = try? Endpoint(String(decoding: text, as: UTF8.self)),
            case .tcp(_, let port) = endpoint.transport
        else {
            throw .last("name the port of", endpoint: asked)
        }
        return Endpoint(transport: .tcp(host: host, port: port))
    }

    /// Queues a message, whole or not at all.
    ///
    /// - Parameter frames: at least one; for a router, the receiver's name and at least one more.
    /// - Throws: ``ZMQError/terminated`` after ``Context/shutdown()``.
    package func send(_ frames: [[UInt8]]) throws(ZMQError) -> SendResult {
        precondition(!frames.isEmpty, "a message has at least one frame")
        var result = SendResult.sent
        var next = 0
        while next < frames.count {
            let isLast = next == frames.count - 1
            let code = frames[next].withUnsafeBytes { bytes in
                zmq_send(handle, bytes.baseAddress, bytes.count, isLast ? ZMQ_DONTWAIT : ZMQ_DONTWAIT | ZMQ_SNDMORE)
            }
            if code < 0 {
                switch zmq_errno() {
                case EINTR: continue
                case EHOSTUNREACH where next == 0: return .unreachable
                case EAGAIN where next == 0: return .wouldBlock
                case EAGAIN:
                    // The peer went between two frames. libzmq throws the rest of the message away, but has to see
                    // all of it, or it would take the next message for that rest (lb.cpp, `_dropping`).
                    result = .wouldBlock
                default: throw .last("send")
                }
            }
            next += 1
        }
        return result
    }

    /// Takes the next message, or nil where none is waiting.
    ///
    /// - Throws: ``ZMQError/tooManyFrames(_:limit:first:)``, after which the next message can be received;
    ///   ``ZMQError/terminated`` after ``Context/shutdown()``.
    package func receive() throws(ZMQError) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        var count = 0
        repeat {
            guard try receivePart() else { return nil }
            count += 1
            if count <= mostFrames {
                let bytes = UnsafeRawBufferPointer(start: zmq_msg_data(part), count: zmq_msg_size(part))
                frames.append([UInt8](bytes))
            }
        } while zmq_msg_more(part) != 0
        guard count <= mostFrames else {
            throw .tooManyFrames(count, limit: mostFrames, first: frames.first ?? [])
        }
        return frames
    }

    private func receivePart() throws(ZMQError) -> Bool {
        while zmq_msg_recv(part, handle, ZMQ_DONTWAIT) < 0 {
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN, winnow_efsm: return false
            default: throw .last("receive")
            }
        }
        return true
    }

    deinit {
        zmq_msg_close(part)
        part.deallocate()
        zmq_close(handle)
    }
}
