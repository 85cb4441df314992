import CZMQ
import Glibc
import Synchronization

/// Decides who may connect: libzmq asks it in every handshake of a socket with ``SocketOptions/Security/server(_:)``.
///
/// It answers in its own thread, and must exist before such a socket listens. An admitted key becomes the User-Id of
/// every message on its connection (``Socket/sender``).
///
/// Source: ZeroMQ RFC 27 (ZAP).
package final class ZAPHandler {
    private let desk: ZAPDesk
    private let thread: pthread_t

    /// Starts answering.
    ///
    /// - Parameter admits: called on the handler's thread.
    /// - Throws: ``ZMQError`` if another handler answers in this context, or the system gives no more threads.
    package init(_ context: Context, admits: @escaping @Sendable (CURVEPublicKey) -> Bool) throws(ZMQError) {
        desk = ZAPDesk(context, ending: try Waker(), started: try Waker(), admits: admits)
        var thread = pthread_t()
        let retained = Unmanaged.passRetained(desk)
        let code = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<ZAPDesk>.fromOpaque(argument!).takeRetainedValue().serve()
                return nil
            }, retained.toOpaque())
        guard code == 0 else {
            retained.release()
            throw .failed(operation: "start the thread of the ZAP handler", endpoint: nil, code: code)
        }
        self.thread = thread
        if let error = desk.waitForStart() { throw error }
    }

    /// How many connections were refused so far.
    package var refusalCount: Int { desk.refusals.withLock(\.count) }

    /// The refusals since the last call; the newest ones if there were many.
    package func takeRefusals() -> [ZAPRefusal] {
        desk.refusals.withLock { refusals in
            defer { refusals.newest = [] }
            return refusals.newest
        }
    }

    deinit {
        desk.ending.wake()
        pthread_join(thread, nil)
    }
}

/// A refused connection.
package struct ZAPRefusal: Hashable, Sendable {
    /// Nil if the peer presented none.
    package var key: CURVEPublicKey?
    /// The peer's address.
    package var address: String

    package init(key: CURVEPublicKey?, address: String) {
        self.key = key
        self.address = address
    }
}

/// The state that a ``ZAPHandler`` and its thread share, and the thread's loop.
final class ZAPDesk: Sendable {
    struct Refusals {
        var count = 0
        var newest: [ZAPRefusal] = []
    }

    /// The ZAP domain of this program's sockets; libzmq also asks about sockets of other domains.
    static let domain = "winnow"
    /// The most refusals that are kept for ``ZAPHandler/takeRefusals()``; older ones are only counted.
    private static let keptRefusals = 16

    let refusals = Mutex(Refusals())
    /// Readable when the thread must end.
    let ending: Waker
    private let context: Context
    private let started: Waker
    private let failure = Mutex<ZMQError?>(nil)
    private let admits: @Sendable (CURVEPublicKey) -> Bool

    init(
        _ context: Context, ending: Waker, started: Waker, admits: @escaping @Sendable (CURVEPublicKey) -> Bool
    ) {
        self.context = context
        self.ending = ending
        self.started = started
        self.admits = admits
    }

    /// Waits until the thread answers requests.
    ///
    /// - Returns: the failure that kept it from doing so, or nil.
    func waitForStart() -> ZMQError? {
        var poller = Poller()
        poller.watch(fileDescriptor: started.fileDescriptor)
        do {
            while !(try poller.wait(atMost: nil)) {}
        } catch {
            return error
        }
        return failure.withLock { $0 }
    }

    /// Runs in the thread until ``ending``.
    func serve() {
        do {
            let socket = try Socket(context, .reply)
            _ = try socket.bind(.zap)
            started.wake()
            try answer(on: socket)
        } catch {
            failure.withLock { $0 = error }
            started.wake()
        }
    }

    private func answer(on socket: Socket) throws(ZMQError) {
        var poller = Poller()
        poller.watch(socket)
        poller.watch(fileDescriptor: ending.fileDescriptor)
        while true {
            _ = try poller.wait(atMost: nil)
            if !poller.events(of: ending.fileDescriptor).isEmpty { return }
            while let request = try socket.receive() {
                _ = try socket.send(reply(to: request))
            }
        }
    }

    /// The reply (version, request id, status code, status text, user id, metadata) to a request (version, request id,
    /// domain, address, identity, mechanism, the mechanism's credentials).
    private func reply(to request: [[UInt8]]) -> [[UInt8]] {
        let id = request.count > 1 ? request[1] : []
        let key = Self.key(of: request)
        if let key, admits(key) { return [Self.version, id, Array("200".utf8), [], Array(key.description.utf8), []] }
        let address = request.count > 3 ? String(decoding: request[3].prefix(64), as: UTF8.self) : ""
        refusals.withLock {
            $0.count += 1
            if $0.newest.count == Self.keptRefusals { $0.newest.removeFirst() }
            $0.newest.append(ZAPRefusal(key: key, address: address))
        }
        return [Self.version, id, Array("400".utf8), Array("not authorized".utf8), [], []]
    }

    private static let version = Array("1.0".utf8)

    private static func key(of request: [[UInt8]]) -> CURVEPublicKey? {
        guard request.count == 7, request[0] == version, request[2] == Array(domain.utf8),
            request[5] == Array("CURVE".utf8), request[6].count == 32
        else { return nil }
        var text = [CChar](repeating: 0, count: CURVEPublicKey.length + 1)
        guard zmq_z85_encode(&text, request[6], 32) != nil else { return nil }
        return CURVEPublicKey(userID: text)
    }
}
