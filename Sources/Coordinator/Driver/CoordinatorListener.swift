import Glibc
package import Messaging
import Schema

/// Where a coordinator listens, and who is let in.
///
/// It is there before the study is opened, so that an address in use leaves no study behind.
package final class CoordinatorListener {
    let socket: Socket
    /// With the port that the system chose.
    package let endpoint: Endpoint
    private let monitor: SocketMonitor
    private let zap: ZAPHandler?
    private let ring: KeyRing?
    private var admission: AdmissionControl
    private var connections: Set<Int32> = []
    private let mostConnections: Int
    private var nextList: Duration = .zero
    private var nextCount: Duration = .zero

    /// A message that may be believed to be its sender's, or the answer to one that is not.
    enum Arrival {
        case message(Envelope<WorkerMessage>, from: PeerID)
        case refused
    }

    /// Binds the socket; what comes waits until a coordinator runs. With keys, who decides on them is there before.
    ///
    /// - Parameters:
    ///   - mostConnections: what comes above that is closed at once.
    ///   - largestCheckpoint: bytes that a worker may announce.
    /// - Throws: ``ZMQError`` where the endpoint cannot be bound, or keys cannot be enforced.
    package init(
        _ endpoint: Endpoint, access: CoordinatorAccess = .open, mostConnections: Int = 10_000,
        largestCheckpoint: Int = 1 << 30
    ) throws(ZMQError) {
        var options = SocketOptions()
        // CURVE adds 33 bytes to a frame.
        options.largestFrame = maximumHeaderSize + 64
        options.mostFrames = 3
        // 32 chunks are 8 MiB, twice what a worker may have under way.
        options.receiveQueue = 32
        options.sendQueue = 1_000
        options.receiveBuffer = 1 << 20
        let context = try Context()
        switch access {
        case .open:
            ring = nil
            zap = nil
        case .keys(let pair, let ring):
            self.ring = ring
            zap = try ZAPHandler(context) { ring.admits($0) }
            options.security = .server(pair)
        }
        // Files, pipes and what the library needs for itself come first.
        self.mostConnections = min(mostConnections, max(16, Self.descriptorLimit - 256))
        admission = AdmissionControl(ring: ring, largestCheckpoint: largestCheckpoint)
        socket = try Socket(context, .router, options: options)
        monitor = try SocketMonitor(socket)
        self.endpoint = try socket.bind(endpoint)
    }

    /// How many descriptors the process may have: its limit of now, which the program raises at its start.
    private static var descriptorLimit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        return Int(min(limit.rlim_cur, 1_000_000))
    }

    /// Bytes that a worker may announce for a checkpoint of a model with so many parameters: with all that optimizers,
    /// averages and teachers keep, and for a searched model that is larger than the file's own.
    package static func largestCheckpoint(parameters: Int) -> Int {
        max(1 << 30, 64 * parameters)
    }

    /// Takes the next message; nil where none waits.
    func receive() throws(ZMQError) -> Arrival? {
        let peer: PeerID
        let verdict: AdmissionControl.Verdict
        do {
            guard var frames = try socket.receive() else { return nil }
            peer = PeerID(frames.removeFirst())
            verdict = admission.judge(frames, from: peer, key: ring == nil ? nil : socket.sender) { socket.connection }
        } catch ZMQError.tooManyFrames(let count, _, let first) {
            peer = PeerID(first)
            verdict = admission.refuse("a message of \(count - 1) frames", from: peer)
        }
        switch verdict {
        case .heard(let envelope): return .message(envelope, from: peer)
        case .refused(let answer):
            if let answer { send([answer], to: peer) }
            return .refused
        }
    }

    /// Sends, unless the peer does not take what it was sent before: who misses it asks again.
    func send(_ message: CoordinatorMessage, bytes: [UInt8], to peer: PeerID) {
        if let frames = try? Envelope(message, bytes: bytes).frames() { send(frames, to: peer) }
    }

    private func send(_ frames: [[UInt8]], to peer: PeerID) {
        guard admission.mayBeSent(frames.reduce(0) { $0 + $1.count }, to: peer) else { return }
        _ = try? socket.send([peer.bytes] + frames)
    }

    /// Looks after the connections; to be called several times a second.
    ///
    /// - Returns: lines to tell, and the workers that were sent away.
    func look(at now: Duration) throws(ZMQError) -> (lines: [String], expelled: [AdmissionControl.Expelled]) {
        while let event = try monitor.next() {
            handle(event)
        }
        for refusal in zap?.takeRefusals() ?? [] {
            let key = refusal.key.map { "the key \($0)" } ?? "no key"
            admission.log.add("a connection from \(refusal.address) with \(key), which is not authorized", .connection)
        }
        if now >= nextList {
            nextList = now + .seconds(1)
            readList()
        }
        if now >= nextCount {
            // Some four-hundredth of the time goes into it at most, however many there are: two to three microseconds each.
            nextCount = now + max(.milliseconds(20), .milliseconds(1) * connections.count)
            admission.expelHoarders(of: connections)
        }
        return (admission.log.drain(at: now), admission.drainExpelled())
    }

    private func readList() {
        switch ring?.refresh() ?? .none {
        case .none: return
        case .read(let new, let revoked):
            admission.log.add("the list of workers' keys was read again: \(new) new, \(revoked) revoked", .connection)
            admission.expelRevoked()
        case .failed(let reason): admission.log.add(reason, .connection)
        }
    }

    private func handle(_ event: SocketMonitor.Event) {
        switch event {
        case .accepted(let descriptor):
            connections.insert(descriptor)
            if connections.count > mostConnections {
                ConnectionDescriptor(descriptor).end()
                admission.log.add("a connection above the limit of \(mostConnections)", .connection)
            }
        case .disconnected(let descriptor):
            connections.remove(descriptor)
            admission.forget(ConnectionDescriptor(descriptor))
        case .otherMechanism:
            admission.log.add(
                ring == nil ? "a connection with keys, where none are used" : "a connection that uses no keys",
                .connection)
        case .failed(let code):
            admission.log.add(
                "a connection that does not speak as a worker does, or not with our public key (code \(code))",
                .connection)
        case .connected, .notAuthorized: break
        }
    }
}

/// The ROUTER socket.
struct SocketLink: CoordinatorLink {
    let listener: CoordinatorListener

    func send(_ message: CoordinatorMessage, bytes: [UInt8], to peer: PeerID) {
        listener.send(message, bytes: bytes, to: peer)
    }
}

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
    package mutating func spend(_ bytes: Int) -> Bool {
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
