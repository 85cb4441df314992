import Experiments
import Studies
package import Messaging
import Schema

/// Decides for every message whether it is heard: whose key it came with, whether it is one, whether its sender is who
/// it says.
struct AdmissionControl {
    enum Verdict {
        case heard(Envelope<WorkerMessage>)
        /// `answer` goes back where there is one: a header.
        case refused(answer: [UInt8]?)
    }

    /// A worker that was sent away: for what it did, or because its key is not authorized any more.
    struct Expelled: Hashable {
        let name: String
        let isRevoked: Bool
    }

    /// After so many refused messages nothing that comes from a connection is looked at, and it is ended.
    static let mostRefusals = 100
    /// The first ones of a connection are told one by one.
    static let toldRefusals = 5
    /// Names that one key's workers may ever have had.
    static let mostWorkersPerKey = 10_000
    /// Bytes from one connection that may have come without being in a received message. The queue holds 8 MiB of
    /// chunks, the system's buffer 2; libzmq itself would keep a message without end for ever.
    static let mostWithheld = 16 << 20

    private let ring: KeyRing?
    private let largestCheckpoint: Int
    private(set) var peers: [PeerID: PeerConnection] = [:]
    /// Whose each worker's name is.
    private var owners: [String: CURVEPublicKey] = [:]
    private var workersOfKey: [CURVEPublicKey: Int] = [:]
    private var metricNames: Set<String> = []
    /// Of all studies; a trial whose names are too many for its study fails, and is told so.
    private static let mostMetricNames = 100 * MessageLimit.studyMetrics
    private var expelled: Set<String> = []
    var log = RefusalLog()

    init(ring: KeyRing?, largestCheckpoint: Int) {
        self.ring = ring
        self.largestCheckpoint = largestCheckpoint
    }

    /// - Parameters:
    ///   - key: what the message came with.
    ///   - connection: asked at a peer's first message alone.
    mutating func judge(
        _ frames: [[UInt8]], from peer: PeerID, key: CURVEPublicKey?, connection: () -> ConnectionDescriptor?
    ) -> Verdict {
        let known = peers[peer, default: PeerConnection(key: key, connection: connection())].hears(frames)
        guard !known.isIgnored else { return .refused(answer: nil) }
        // A peer may choose its routing id, and so another's that has just gone; not its key.
        guard known.key == key else { return refuse("another key than this connection's", from: peer) }
        if let ring {
            guard let key else { return refuse("it came without a key", from: peer) }
            guard ring.admits(key) else {
                expel(peer, "its key is not authorized any more")
                return .refused(answer: nil)
            }
        }
        let envelope: Envelope<WorkerMessage>
        do {
            envelope = try Envelope<WorkerMessage>(frames: frames)
        } catch {
            return refuseUnreadable(frames, error, from: peer)
        }
        return judge(envelope, from: peer, key: key)
    }

    /// What comes first has to be a `hello`: a worker whose hello cannot be read is told, or it would wait for ever.
    private mutating func refuseUnreadable(_ frames: [[UInt8]], _ error: WireError, from peer: PeerID) -> Verdict {
        let isHello = peers[peer]?.worker == nil || Envelope<WorkerMessage>.kind(of: frames) == "hello"
        _ = refuse(error.description, from: peer)
        guard isHello, peers[peer]!.refusals <= Self.toldRefusals else { return .refused(answer: nil) }
        if let header = frames.first, isOldHeader(header) {
            return .refused(
                answer: oldRefusal(
                    "this coordinator speaks protocol version \(protocolVersion), and this worker an older one; "
                        + "start the worker with the coordinator's version of winnow"))
        }
        var reason = "this coordinator cannot read the worker's hello: \(error)"
        if let version = frames.first.flatMap(WorkerMessage.declaredVersion), version != protocolVersion {
            reason = "this coordinator speaks protocol version \(protocolVersion), not \(version)"
        }
        return .refused(answer: Self.refusal(reason))
    }

    private mutating func judge(
        _ envelope: Envelope<WorkerMessage>, from peer: PeerID, key: CURVEPublicKey?
    ) -> Verdict {
        switch envelope.message {
        case .hello(let hello):
            if let reason = claim(hello.worker, for: key) {
                _ = refuse(reason, from: peer)
                return .refused(answer: Self.refusal(reason))
            }
            if let other = (hello.kept ?? []).first(where: { owners[$0.worker] ?? key != key }) {
                return refuse("kept: the worker \(other.worker) has another key", from: peer)
            }
            peers[peer]!.worker = hello.worker
        case .epochFinished(let result, _):
            guard know(result.named.keys) else { return refuse("its metrics are ever new ones", from: peer) }
        case .finished(let outcome):
            guard know(outcome.testMetrics.keys) else { return refuse("its metrics are ever new ones", from: peer) }
        case .upload(let chunk) where chunk.file.size > largestCheckpoint:
            return refuse(tooLarge(chunk.file.size), from: peer)
        case .placed(let placed) where placed.file.size > largestCheckpoint:
            return refuse(tooLarge(placed.file.size), from: peer)
        default: break
        }
        return .heard(envelope)
    }

    private static func refusal(_ reason: String) -> [UInt8]? {
        try? Envelope(CoordinatorMessage.refused(.init(reason: reason))).frames().first
    }

    private func tooLarge(_ size: Int) -> String {
        "file.size: a checkpoint of \(size) bytes, where \(largestCheckpoint) are allowed"
    }

    /// Gives a worker's name to the key that first says it.
    ///
    /// - Returns: why not.
    private mutating func claim(_ worker: String, for key: CURVEPublicKey?) -> String? {
        guard let key else { return nil }
        if let owner = owners[worker] {
            return owner == key ? nil : "the worker \(worker) has another key"
        }
        guard workersOfKey[key, default: 0] < Self.mostWorkersPerKey else { return "its key has had too many workers" }
        workersOfKey[key, default: 0] += 1
        owners[worker] = key
        return nil
    }

    private mutating func know(_ names: some Collection<String>) -> Bool {
        for name in names where !metricNames.contains(name) {
            guard metricNames.count < Self.mostMetricNames else { return false }
            metricNames.insert(name)
        }
        return true
    }

    // MARK: Those who are not heard

    /// Counts a refused message; a connection from which nothing else comes is ended.
    mutating func refuse(_ reason: String, from peer: PeerID) -> Verdict {
        guard peers[peer]?.isIgnored != true else { return .refused(answer: nil) }
        peers[peer, default: PeerConnection(key: nil, connection: nil)].refusals += 1
        let count = peers[peer]!.refusals
        if count <= Self.toldRefusals {
            log.add("\(name(of: peer)): \(reason)", .message)
        } else if count >= Self.mostRefusals {
            expel(peer, "\(count) of its messages were refused, and the others are not looked at")
        }
        return .refused(answer: nil)
    }

    /// Ends a connection; what is still on its way from there is ignored.
    mutating func expel(_ peer: PeerID, _ reason: String) {
        log.add("\(name(of: peer)): \(reason); its connection is ended", .connection)
        peers[peer]!.isIgnored = true
        peers[peer]!.connection?.end()
        if let worker = peers[peer]!.worker {
            expelled.insert(worker)
        }
    }

    /// Ends the connections of revoked keys. Their workers are not waited for, also those whose connections have just
    /// broken.
    mutating func expelRevoked() {
        guard let ring else { return }
        for (peer, state) in peers where !state.isIgnored {
            if let key = state.key, !ring.admits(key) {
                expel(peer, "its key is not authorized any more")
            }
        }
        expelled.formUnion(owners.filter { !ring.admits($0.value) }.keys)
    }

    /// Ends those of `connections` that hold back the end of what they send, also where they have never sent a whole
    /// message.
    mutating func expelHoarders(of connections: Set<Int32>) {
        var silent = connections
        for (peer, state) in peers where !state.isIgnored {
            if let connection = state.connection {
                silent.remove(connection.fileDescriptor)
            }
            let withheld = state.withheld
            if withheld > Self.mostWithheld {
                expel(peer, "\(withheld) bytes that belong to no whole message")
            }
        }
        for descriptor in silent {
            let connection = ConnectionDescriptor(descriptor)
            guard let received = connection.counts?.received, received > Self.mostWithheld else { continue }
            log.add("a connection: \(received) bytes that belong to no whole message; it is ended", .connection)
            connection.end()
        }
    }

    /// The workers that were sent away since the last call: they are not to be waited for.
    mutating func drainExpelled() -> [Expelled] {
        defer { expelled = [] }
        return expelled.sorted().map { worker in
            let isAdmitted = owners[worker].flatMap { ring?.admits($0) } ?? true
            return Expelled(name: worker, isRevoked: !isAdmitted)
        }
    }

    /// A connection has ended.
    mutating func forget(_ connection: ConnectionDescriptor) {
        peers = peers.filter { $0.value.connection != connection }
    }

    mutating func mayBeSent(_ bytes: Int, to peer: PeerID) -> Bool {
        peers[peer]?.mayBeSent(bytes) ?? true
    }

    private func name(of peer: PeerID) -> String {
        let state = peers[peer]
        if let worker = state?.worker { return "worker \(worker)" }
        if let key = state?.key { return "the key \(ring?.name(of: key) ?? "\(key)")" }
        return "a connection"
    }
}

/// What is known of one connection, whoever is at its other end.
struct PeerConnection {
    /// Nil where there are no keys.
    let key: CURVEPublicKey?
    /// Nil where it is not known.
    let connection: ConnectionDescriptor?
    /// The name that it said hello with.
    var worker: String?
    /// How many of its messages were refused.
    var refusals = 0
    /// Nothing that comes from it is looked at any more.
    var isIgnored = false
    /// Bytes that it has sent in whole messages, since this was made.
    private var delivered = 0
    /// What the system had received by then.
    private let receivedBefore: Int
    private var credit: SendCredit

    init(key: CURVEPublicKey?, connection: ConnectionDescriptor?) {
        self.key = key
        self.connection = connection
        receivedBefore = connection?.counts?.received ?? 0
        credit = SendCredit(connection)
    }

    /// Counts what has come.
    ///
    /// - Returns: what decides whether it is looked at.
    mutating func hears(_ frames: [[UInt8]]) -> (isIgnored: Bool, key: CURVEPublicKey?) {
        for frame in frames {
            delivered += frame.count
        }
        return (isIgnored, key)
    }

    /// Bytes that have come and are in no message that was received: they wait in a queue, or belong to a message
    /// without end. Negative where several messages lay there before the first was looked at.
    var withheld: Int {
        guard let received = connection?.counts?.received else { return 0 }
        return received - receivedBefore - delivered
    }

    /// Whether so many bytes may be queued for it now.
    mutating func mayBeSent(_ bytes: Int) -> Bool {
        credit.spend(bytes)
    }
}

/// Lines about what was refused: each once a minute, and so many different ones. Who sends nonsense cannot fill a disk,
/// nor hide others behind it.
package struct RefusalLog {
    /// Of each sort.
    package static let linesPerMinute = 100

    package enum Sort: Hashable {
        case message
        case connection
    }

    private var minuteBegan: Duration = .zero
    private var told: [Sort: Set<String>] = [:]
    private var omitted = 0
    private var pending: [String] = []

    package init() {}

    package mutating func add(_ line: String, _ sort: Sort) {
        let known = told[sort, default: []]
        if known.count < Self.linesPerMinute, !known.contains(line) {
            told[sort, default: []].insert(line)
            pending.append(line)
        } else {
            omitted += 1
        }
    }

    /// What is to be told now.
    package mutating func drain(at now: Duration) -> [String] {
        if now - minuteBegan >= .seconds(60) {
            minuteBegan = now
            told = [:]
            if omitted > 0 {
                pending.append("\(omitted) more refusals in the last minute were not told one by one")
                omitted = 0
            }
        }
        defer { pending = [] }
        return pending
    }
}

/// Who may connect to a coordinator.
package enum CoordinatorAccess: Sendable {
    /// Everybody who reaches its address, in clear: for a private folder's socket and this machine's own programs.
    case open
    /// Who has the secret half of a key that the ring holds; workers know the coordinator by the pair's public half.
    case keys(CURVEKeyPair, KeyRing)
}
