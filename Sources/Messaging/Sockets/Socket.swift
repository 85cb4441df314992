import CPosix
import CZMQ
import Glibc

/// A ZeroMQ socket. It belongs to one thread, and never blocks: a ``Poller`` waits for it.
///
/// A message is a list of frames. A router prepends the sender's name to a received message, and
/// takes the receiver's name from the front of a sent one.
///
/// The application finds out whether a peer is alive: hung programs answer libzmq's own heartbeats, so these stay off.
package final class Socket {
    package enum Kind: Sendable {
        /// Many peers, each of them addressed by the name that this side gave it.
        case router
        /// One peer.
        case dealer
        /// Peers whose requests are answered one after the other.
        case reply
        /// One peer in the same program.
        case pair
    }

    let handle: UnsafeMutableRawPointer
    let context: Context
    private let mostFrames: Int
    /// The last frame received; allocated once, since libzmq keeps state at its address.
    let part: UnsafeMutablePointer<zmq_msg_t>

    /// - Throws: ``ZMQError`` if the context is shut down or the system gives no more descriptors.
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
            // Without it, a message to a peer that is gone is dropped silently.
            try set(ZMQ_ROUTER_MANDATORY, 1)
        }
    }

    /// Sets how long messages that are still queued at the socket's end may take to leave; zero by default.
    ///
    /// The context's end waits for them, so an unbounded limit may hang the program.
    package func setLinger(_ limit: Duration) throws(ZMQError) { try set(ZMQ_LINGER, limit.milliseconds) }

    /// Listens at `endpoint`: at every interface of both families for `*`, at every address of this machine that a name
    /// stands for.
    ///
    /// - Returns: the endpoint, with the port that the system chose.
    /// - Throws: ``ZMQError/addressInUse(_:)`` if a program listens there already. The socket file of a dead program is
    ///   replaced; a file of any other kind is kept, and the endpoint refused (ENOTSOCK).
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
                // A name may also have an address that this machine lacks, or of a family that it does not support.
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

    /// Connects to `endpoint` in the background, as soon as a peer listens there, and again after a loss.
    ///
    /// - Parameter family: which of a name's addresses are tried: with `.six` those of IPv6, or, if there are none,
    ///   those of IPv4 (`AI_V4MAPPED`). `tcp://*:5555` is this machine.
    /// - Throws: ``ZMQError`` if the endpoint is not one to connect to.
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
                    // The peer left between two frames. libzmq discards the rest of the message, but must see all of
                    // it, or it would take the next message for that rest (lb.cpp, `_dropping`).
                    result = .wouldBlock
                default: throw .last("send")
                }
            }
            next += 1
        }
        return result
    }

    /// Receives the next message; nil if none is waiting.
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
        guard count <= mostFrames else { throw .tooManyFrames(count, limit: mostFrames, first: frames.first ?? []) }
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

    /// The sender's key of the last received message; nil on a socket without ``SocketOptions/Security/server(_:)``.
    ///
    /// Read from the message's last frame: libzmq 4.3.4 can lose it on a router's first. Costs nothing until asked for.
    package var sender: CURVEPublicKey? { zmq_msg_gets(part, "User-Id").flatMap { CURVEPublicKey(userID: $0) } }

    /// The connection of the last received message; nil if unknown. Its descriptor is libzmq's own: it must not be read,
    /// written or closed.
    package var connection: ConnectionDescriptor? {
        let descriptor = zmq_msg_get(part, ZMQ_SRCFD)
        return descriptor >= 0 ? ConnectionDescriptor(descriptor) : nil
    }

    deinit {
        zmq_msg_close(part)
        part.deallocate()
        zmq_close(handle)
    }
}

/// The result of ``Socket/send(_:)``.
package enum SendResult: Hashable, Sendable {
    /// The message is queued for the peer. Only the peer's answer tells that it has arrived.
    case sent
    /// Nothing was queued: the peer's queue is full, or no peer is connected yet. Try again later.
    case wouldBlock
    /// Nothing was queued: the router has no peer of that name, or no longer.
    case unreachable
}
