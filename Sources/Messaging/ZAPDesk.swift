internal import CZMQ
internal import Synchronization

/// What a ``ZAPHandler`` and its thread share, and the thread's work.
final class ZAPDesk: Sendable {
    struct Refusals {
        var count = 0
        var newest: [ZAPRefusal] = []
    }

    /// What the sockets that are asked about name themselves; libzmq asks about others too, if there are any.
    static let domain = "winnow"
    /// The most refusals that are kept until somebody takes them; the others are only counted.
    private static let keptRefusals = 16

    let refusals = Mutex(Refusals())
    /// Readable when the thread is to end.
    let ending: Waker
    private let started: Waker
    private let failure = Mutex<ZMQError?>(nil)
    private let admits: @Sendable (CURVEPublicKey) -> Bool

    init(ending: Waker, started: Waker, admits: @escaping @Sendable (CURVEPublicKey) -> Bool) {
        self.ending = ending
        self.started = started
        self.admits = admits
    }

    /// Waits until the thread answers requests; what kept it from that, otherwise.
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

    /// The thread's life.
    func serve(_ context: Context) {
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

    /// Version, request id, status code, status text, user id, metadata, after a request of version, request id,
    /// domain, address, identity, mechanism and the mechanism's credentials.
    private func reply(to request: [[UInt8]]) -> [[UInt8]] {
        let id = request.count > 1 ? request[1] : []
        let key = Self.key(of: request)
        if let key, admits(key) {
            return [Self.version, id, Array("200".utf8), [], Array(key.description.utf8), []]
        }
        let address = request.count > 3 ? String(decoding: request[3].prefix(64), as: UTF8.self) : ""
        refusals.withLock {
            $0.count += 1
            if $0.newest.count == Self.keptRefusals {
                $0.newest.removeFirst()
            }
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
