import Schema
import Studies

/// The workers of a coordinator without sockets and clock: who is connected, what runs where, who waits for a trial.
///
/// It knows attempts by their names alone, and nothing of what a trial is about.
struct WorkerPool: Sendable {
    let settings: PoolSettings
    private(set) var peers: [PeerID: WorkerPeer] = [:]
    /// Each worker's connection, by its name.
    private(set) var connections: [String: PeerID] = [:]
    /// Where each running attempt is trained.
    private(set) var owners: [AttemptID: PeerID] = [:]
    /// Attempts that run somewhere, but whose worker has not (yet) said so to this coordinator.
    private(set) var orphans: [AttemptID: Orphan] = [:]
    /// Who wants trials, in the order of asking.
    private(set) var asking = AskingQueue()
    private(set) var hosts = HostTrust()
    /// Trials that another worker should take, if there is one: not the one that lost them.
    private var avoided: [TrialKey: (worker: String, until: Duration)] = [:]
    private(set) var clock: AwakeClock
    private var nextSweep: Duration = .zero

    struct Orphan {
        var worker: String
        var deadline: Duration
    }

    init(_ settings: PoolSettings) {
        self.settings = settings
        clock = AwakeClock(longestGap: settings.lease / 3)
    }

    /// Now, on the clock that stands still while the coordinator sleeps.
    var now: Duration { clock.now }

    mutating func advance(to time: Duration) { clock.advance(to: time) }

    // MARK: Connections

    /// Attempts of another coordinator's time wait for their workers, for as long as the grace lasts.
    mutating func await(_ id: AttemptID, of worker: String) {
        orphans[id] = Orphan(worker: worker, deadline: now + settings.grace)
    }

    /// Those whose workers have not come back in time.
    func expiredOrphans() -> [AttemptID] { orphans.filter { now >= $0.value.deadline }.keys.sorted() }

    /// The workers whose lease is over; looked for several times in a lease.
    mutating func silent() -> [PeerID] {
        guard now >= nextSweep else { return [] }
        nextSweep = now + min(.milliseconds(250), settings.lease / 20)
        return peers.filter { now - $0.value.lastHeard > settings.lease }.keys
            .sorted { peers[$0]!.worker < peers[$1]!.worker }
    }

    mutating func heard(_ peer: PeerID) {
        let now = now
        peers[peer]?.lastHeard = now
    }

    /// What became of a hello.
    struct Joining {
        /// Whether the worker was not connected before.
        var isNew: Bool
        /// Attempts that it was given, but does not have.
        var lost: [AttemptID]
        /// Attempts that it has, but that are not its.
        var unknown: [AttemptID]
    }

    /// Takes a worker in; on a new connection it has what it had on its old one.
    mutating func join(_ hello: WorkerMessage.Hello, as peer: PeerID) -> Joining {
        let old = connections[hello.worker]
        let known = old.flatMap { peers[$0] }
        var admitted = WorkerPeer(
            worker: hello.worker, host: hello.host, tags: hello.tags, slots: hello.slots, lastHeard: now)
        admitted.refusals = known?.refusals ?? 0
        admitted.trouble = known?.trouble
        if let known, !known.hasBeaten {
            // Hellos alone renew no lease: they also come from a worker that hears nothing.
            admitted.lastHeard = known.lastHeard
        }
        let lost = adopt(hello.running, into: &admitted, known: known, isSameConnection: old == peer)
        if let old, let known {
            peers[old] = nil
            hosts.left(known.host)
        }
        peers[peer] = admitted
        connections[hello.worker] = peer
        hosts.joined(hello.host)
        for id in admitted.running.keys { owners[id] = peer }
        return Joining(
            isNew: known == nil, lost: lost,
            unknown: Set(hello.running).sorted().filter { admitted.running[$0] == nil })
    }

    /// Gives the attempts back that the worker still has.
    ///
    /// - Returns: those that it was given, but does not have.
    private mutating func adopt(
        _ running: [AttemptID], into admitted: inout WorkerPeer, known: WorkerPeer?, isSameConnection: Bool
    ) -> [AttemptID] {
        let named = Set(running)
        for id in named {
            if let was = known?.running[id] {
                admitted.running[id] = was
                admitted.running[id]!.seen = now
            } else if orphans[id]?.worker == admitted.worker {
                orphans[id] = nil
                admitted.running[id] = .init(assigned: now, seen: now)
            }
        }
        var lost: [AttemptID] = []
        for (id, was) in known?.running ?? [:] where !named.contains(id) {
            if isSameConnection {
                // The hello may be older than the assignment: the heartbeats will tell.
                admitted.running[id] = was
            } else {
                lost.append(id)
            }
        }
        return lost.sorted()
    }

    /// Forgets a worker.
    ///
    /// - Returns: nil where it is not there.
    mutating func remove(_ peer: PeerID) -> WorkerPeer? {
        guard let gone = peers.removeValue(forKey: peer) else { return nil }
        connections[gone.worker] = nil
        hosts.left(gone.host)
        return gone
    }

    /// Attempts failed on this host, together.
    ///
    /// - Returns: how many failures it were, where the host is distrusted from now on.
    mutating func blame(_ host: String, _ trials: [TrialKey]) -> Int? { hosts.failed(host, trials: trials, at: now) }

    mutating func hasFinishedTrial(_ peer: PeerID) { peers[peer].map { hosts.finishedTrial($0.host) } }

    /// - Returns: the worker, and how many of its messages were refused with this one; nil where that is told no more.
    mutating func refuse(_ peer: PeerID) -> (worker: String, count: Int)? {
        guard let sender = peers[peer], sender.refusals < 10 else { return nil }
        peers[peer]!.refusals += 1
        return (sender.worker, sender.refusals + 1)
    }

    // MARK: Attempts

    /// Whether `peer` trains the attempt; that it speaks of it shows that it knows of it.
    mutating func owns(_ id: AttemptID, _ peer: PeerID) -> Bool {
        if peers[peer]?.running[id] == nil {
            // The assignment may have come after the worker's hello.
            guard let orphan = orphans[id], orphan.worker == peers[peer]?.worker else { return false }
            orphans[id] = nil
            owners[id] = peer
            peers[peer]!.running[id] = .init(assigned: now, seen: now)
        }
        peers[peer]!.running[id]!.seen = now
        return true
    }

    /// Gives an attempt to a worker.
    mutating func give(_ id: AttemptID, to peer: PeerID) {
        avoided[TrialKey(id)] = nil
        peers[peer]!.freeSlots -= 1
        peers[peer]!.running[id] = .init(assigned: now)
        owners[id] = peer
    }

    /// No worker has it any more.
    mutating func release(_ id: AttemptID) {
        if let peer = owners.removeValue(forKey: id) {
            peers[peer]?.running[id] = nil
        }
        orphans[id] = nil
    }

    /// Another worker should take the trial next.
    mutating func avoid(_ trial: TrialKey, _ worker: String) { avoided[trial] = (worker, now + settings.lease) }

    /// The trial is over.
    mutating func forget(_ trial: TrialKey) { avoided[trial] = nil }

    /// The trials that this worker should not take.
    func avoided(by worker: String) -> Set<TrialKey> {
        guard !avoided.isEmpty, peers.count > 1 else { return [] }
        return Set(avoided.filter { $0.value.worker == worker && $0.value.until > now }.keys)
    }

    // MARK: Slots

    /// The worker could start so many trials now.
    mutating func offer(_ slots: Int, by peer: PeerID) {
        let known = peers[peer]!
        peers[peer]!.freeSlots = min(slots, known.slots) - known.unseen
        ask(peer)
    }

    /// It may be about to leave: it says so when it wants another.
    mutating func offersNothing(_ peer: PeerID) { peers[peer]!.freeSlots = 0 }

    mutating func ask(_ peer: PeerID) {
        guard peers[peer]!.freeSlots > 0, !peers[peer]!.isAsking else { return }
        peers[peer]!.isAsking = true
        asking.append(peer)
    }

    /// The one that has waited longest.
    mutating func nextAsking() -> PeerID? {
        while let peer = asking.popFirst() {
            guard peers[peer]?.isAsking == true else { continue }
            peers[peer]!.isAsking = false
            return peer
        }
        return nil
    }

    func mayTake(_ peer: PeerID) -> Bool {
        guard let peer = peers[peer] else { return false }
        // Attempts that are still being delivered hold no slot, but there is a bound to them too.
        return peer.freeSlots > 0 && peer.running.count < 4 * peer.slots + 16
            && now - peer.lastHeard <= settings.suspectAfter
            && hosts.mayTrain(peer.host, isIdle: peer.running.isEmpty, at: now)
    }

    /// A dead worker has left a checkpoint of the trial on this worker's machine.
    mutating func keep(_ trial: TrialKey, on peer: PeerID) { peers[peer]!.kept.insert(trial) }

    /// - Returns: whether there is one.
    mutating func takeKept(_ trial: TrialKey, from peer: PeerID) -> Bool { peers[peer]!.kept.remove(trial) != nil }
}

/// What heartbeats tell.
extension WorkerPool {
    /// What became of a heartbeat.
    struct Beat {
        /// Attempts that it names, but that are not its.
        var unknown: [AttemptID] = []
        /// Attempts of which its worker never heard.
        var undelivered: [AttemptID] = []
        /// Attempts that make no progress.
        var hung: [AttemptID] = []
        /// Whether its spool is in trouble since then, or no more.
        var trouble: Trouble?
    }

    enum Trouble: Hashable {
        case began(String)
        case ended
    }

    /// Takes a heartbeat.
    ///
    /// - Returns: nil where it tells of a state that is over; `isDeaf` where this coordinator's messages do not arrive.
    mutating func beat(_ heartbeat: WorkerMessage.Heartbeat, of peer: PeerID) -> (beat: Beat, isDeaf: Bool)? {
        // One that was overtaken by a newer one.
        guard heartbeat.sequence > peers[peer]!.sequence || heartbeat.sequence == 0 else { return nil }
        peers[peer]!.sequence = heartbeat.sequence
        peers[peer]!.hasBeaten = true
        var beat = Beat()
        guard hears(heartbeat, peer) else { return (beat, true) }
        beat.trouble = note(trouble: heartbeat.trouble, of: peer)
        for progress in heartbeat.progress where !note(progress, from: peer) { beat.unknown.append(progress.id) }
        for (id, running) in peers[peer]!.running.sorted(by: { $0.key < $1.key }) {
            if running.seen != now {
                // An assignment that never arrived shows as an attempt of which the worker's heartbeats know nothing.
                if now - (running.seen ?? running.assigned) > settings.lease { beat.undelivered.append(id) }
            } else if now - running.changed > settings.progressLimit {
                beat.hung.append(id)
            }
        }
        return (beat, false)
    }

    /// Whether this coordinator's answers arrive: not so when more than a lease's worth of heartbeats have none.
    private mutating func hears(_ heartbeat: WorkerMessage.Heartbeat, _ peer: PeerID) -> Bool {
        // Those that were sent while nobody was there to answer say nothing.
        if peers[peer]!.sequenceBase == nil || peers[peer]!.sleptBefore != clock.slept {
            peers[peer]!.sequenceBase = heartbeat.sequence
            peers[peer]!.sleptBefore = clock.slept
        }
        let heard = max(heartbeat.heard, peers[peer]!.sequenceBase ?? 0)
        return Double(heartbeat.sequence - heard) <= settings.lease / settings.heartbeat + 2
    }

    /// A worker's full disk is told as this coordinator's own is: once, and once more when it takes files again.
    private mutating func note(trouble: String?, of peer: PeerID) -> Trouble? {
        let known = peers[peer]!.trouble
        peers[peer]!.trouble = trouble
        if let trouble, known == nil { return .began(trouble) }
        return trouble == nil && known != nil ? .ended : nil
    }

    /// - Returns: whether the attempt is its.
    private mutating func note(_ progress: Progress, from peer: PeerID) -> Bool {
        guard owns(progress.id, peer), let known = peers[peer]!.running[progress.id] else { return false }
        // Delivering waits for the network and for this coordinator, "waiting" for somebody who makes room on the worker's
        // disk: neither is the training's fault.
        if known.progress.map({ ($0.epoch, $0.step, $0.stage) != (progress.epoch, progress.step, progress.stage) })
            ?? true || progress.stage == "delivering" || progress.stage == "waiting"
        {
            peers[peer]!.running[progress.id]!.changed = now
        }
        peers[peer]!.running[progress.id]!.progress = progress
        return true
    }

    /// The attempts of a worker that are to be recalled and have not been told so for a while.
    mutating func recallable(_ peer: PeerID, _ isWanted: (AttemptID) -> Bool) -> [AttemptID] {
        let due = peers[peer]!.running.filter { id, running in
            isWanted(id) && running.seen == now && (running.recalled.map { now - $0 > .seconds(5) } ?? true)
        }
        for id in due.keys { peers[peer]!.running[id]!.recalled = now }
        return due.keys.sorted()
    }

    /// The attempt's worker has been told to save it and to hand it back.
    mutating func noteRecall(_ id: AttemptID) {
        let now = now
        if let peer = owners[id] { peers[peer]?.running[id]?.recalled = now }
    }
}

/// Workers that want trials, in the order in which they asked.
struct AskingQueue: Sendable {
    private var peers: [PeerID] = []
    private var head = 0

    var count: Int { peers.count - head }

    mutating func append(_ peer: PeerID) { peers.append(peer) }

    mutating func popFirst() -> PeerID? {
        guard head < peers.count else { return nil }
        defer {
            head += 1
            if head > 64, head * 2 > peers.count {
                peers.removeFirst(head)
                head = 0
            }
        }
        return peers[head]
    }
}
