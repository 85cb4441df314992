package import Experiments
import Glibc
package import Wire

/// The coordinator without its sockets, files and clock: a message or a tick in, actions out.
///
/// Only `append` changes what the study is; every message that claims something comes after the record that makes it
/// true, and the driver sends it only when that record is durable. A message is one that has passed `check`; whatever
/// a worker says within those bounds, nothing here traps.
package struct CoordinatorMachine: Sendable {
    package private(set) var study: StudyState
    let settings: CoordinatorSettings
    let welcome: CoordinatorMessage.Welcome
    /// Where and in which program this coordinator runs, for its record.
    let origin: Origin
    /// How many epochs a trial has: what goes beyond is nonsense.
    let epochs: Int
    /// The experiment file of one trial, every value filled in.
    let trialFile: @Sendable (TrialState) throws -> String

    var peers: [PeerID: WorkerPeer] = [:]
    /// Each worker's connection, by its name.
    var connections: [String: PeerID] = [:]
    /// Where each running attempt is trained.
    var owners: [AttemptID: PeerID] = [:]
    /// Attempts that run somewhere, but whose worker has not (yet) said so to this coordinator; with their deadline.
    var orphans: [AttemptID: Duration] = [:]
    /// Who wants trials, in the order of asking.
    var asking = AskingQueue()
    var hosts = HostTrust()
    /// Trials that another worker should take, if there is one: not the one that lost them.
    var avoided: [Int: (worker: String, until: Duration)] = [:]
    /// Bytes received of each upload.
    var uploads: [UploadKey: Upload] = [:]
    /// Finished trials that have a `last.h5`, oldest first: what the byte budget takes first.
    var removable: RemovableCheckpoints
    /// What it takes then.
    var models = RemovableModels()
    var draining: (reason: CoordinatorMessage.Drain.Reason, deadline: Duration)?
    /// Why nothing can be made durable; the driver says so.
    var diskTrouble: String?
    var budgetIsExceeded = false
    var clock: AwakeClock
    var nextSweep: Duration = .zero
    var ended = false
    var actions: [CoordinatorAction] = []

    struct UploadKey: Hashable {
        var id: AttemptID
        var kind: StoredFile.Kind
    }

    struct Upload {
        var file: StoredFile
        var received: Int
    }

    /// Where a coordinator runs.
    package struct Origin: Hashable, Sendable {
        package var host: String
        package var program: String

        package init(host: String, program: String) {
            self.host = host
            self.program = program
        }
    }

    package init(
        study: StudyState, welcome: CoordinatorMessage.Welcome, settings: CoordinatorSettings,
        origin: Origin = Origin(host: "", program: ""), epochs: Int = Int(Int32.max),
        trialFile: @escaping @Sendable (TrialState) throws -> String
    ) {
        self.study = study
        self.welcome = welcome
        self.settings = settings
        self.origin = origin
        self.epochs = epochs
        self.trialFile = trialFile
        removable = RemovableCheckpoints(study)
        clock = AwakeClock(longestGap: settings.lease / 3)
    }

    /// Whether no more trials are given out.
    package var isDraining: Bool { draining != nil }

    /// Now, on the clock that stands still while the coordinator sleeps.
    var awake: Duration { clock.now }

    /// The first call: what ran when the last coordinator ended waits for its worker, for as long as the grace lasts.
    package mutating func start(at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { machine in
            for trial in machine.study.trials where trial.phase == .running {
                machine.orphans[trial.id] = machine.awake + machine.settings.grace
            }
            // A study that is over is not touched.
            if !machine.study.isOver {
                machine.append(
                    .coordinatorStarted(
                        .init(
                            generation: machine.welcome.generation, host: machine.origin.host,
                            program: machine.origin.program, unix: now.unix)))
                machine.makeRoom(for: 0, at: now)
            }
            machine.tickBody(at: now)
        }
    }

    package mutating func receive(
        _ message: WorkerMessage, bytes: [UInt8], from peer: PeerID, at now: Timestamp
    ) -> [CoordinatorAction] {
        perform(at: now) { $0.receiveBody(message, bytes: bytes, from: peer, at: now) }
    }

    package mutating func tick(at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { $0.tickBody(at: now) }
    }

    /// Asks every worker to save and hand back what it trains.
    package mutating func interrupt(at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { $0.drain(.interrupted) }
    }

    /// Stops giving trials out and recalls those that run, or goes on; a coordinator that follows does the same.
    package mutating func setPaused(_ paused: Bool, at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { $0.pause(paused, at: now) }
    }

    /// A worker is known to be gone: nothing is gained by waiting for its lease.
    ///
    /// - Parameters:
    ///   - isRevoked: whether it was sent away as its key was revoked; then its trials have done nothing wrong.
    ///   - process: how its process ended, where that is known.
    package mutating func workerIsGone(
        where matches: (String) -> Bool, isRevoked: Bool = false, process: ProcessEnd? = nil, at now: Timestamp
    ) -> [CoordinatorAction] {
        perform(at: now) { machine in
            let how = process.map { "its worker's process ended by \($0.description)" } ?? "its process has ended"
            for worker in machine.connections.keys.filter(matches).sorted() {
                machine.lose(
                    machine.connections[worker]!, isRevoked ? "its worker's key was revoked" : how,
                    isRevoked ? .revoked : .lost, process: process, at: now)
            }
            machine.dispatch(at: now)
        }
    }

    /// Lets failed trials try again, from their last checkpoint; those that have not failed are left as they are.
    ///
    /// - Parameter trials: nil for all that have failed.
    package mutating func retry(_ trials: [Int]?, at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { machine in
            for number in (trials ?? Array(machine.study.trials.indices)).sorted()
            where machine.study.trials.indices.contains(number) && machine.study.trials[number].phase == .failed {
                machine.append(.trialRetried(.init(trial: number, unix: now.unix)))
                machine.actions.append(.notify(.trialRetried(trial: number)))
            }
            machine.dispatch(at: now)
        }
    }

    /// Why trials cannot be let try again; nil where they can.
    package func refusalToRetry(_ trials: [Int]?) -> String? {
        if isDraining || study.isOver { return "it is ending; ask again when it has ended" }
        for number in trials ?? [] {
            guard study.trials.indices.contains(number) else {
                return "there is no trial \(number); they are numbered 0 to \(study.trials.count - 1)"
            }
            guard study.trials[number].phase != .completed else { return "trial \(number) is completed" }
        }
        return nil
    }

    /// Tells what the disk's state is: nothing is given out while it is in trouble.
    package mutating func setDiskTrouble(_ trouble: String?, at now: Timestamp) -> [CoordinatorAction] {
        perform(at: now) { machine in
            machine.diskTrouble = trouble
            machine.dispatch(at: now)
        }
    }

    mutating func perform(at now: Timestamp, _ body: (inout CoordinatorMachine) -> Void) -> [CoordinatorAction] {
        clock.advance(to: now.monotonic)
        body(&self)
        defer { actions.removeAll() }
        return actions
    }

    // MARK: The study

    func isCurrent(_ id: AttemptID) -> Bool {
        study.trials.indices.contains(id.trial) && study.trials[id.trial].phase == .running
            && study.trials[id.trial].attempt == id.attempt
    }

    mutating func append(_ record: JournalRecord) {
        do {
            try study.apply(record)
        } catch {
            preconditionFailure("the coordinator contradicts itself: \(error)")
        }
        actions.append(.append(record))
    }
}

extension CoordinatorMachine.Origin {
    /// This machine.
    package init(program: String) {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        self.init(
            host: String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
            program: program)
    }
}

/// How a coordinator behaves towards its workers.
package struct CoordinatorSettings: Hashable, Sendable {
    /// Heartbeat interval of both sides.
    package var heartbeat: Duration = .seconds(1)
    /// How long a worker may be silent before it is shown as suspect, and is given nothing new.
    package var suspectAfter: Duration = .seconds(3)
    /// How long a worker may be silent before its trials are given to others.
    package var lease: Duration = .seconds(15)
    /// How long trials that ran when the last coordinator ended wait for their workers to come back.
    package var grace: Duration = .seconds(15)
    /// How long a training may make no progress while its worker's heart beats.
    package var progressLimit: Duration = .seconds(600)
    /// How long workers have to hand their trials back when the coordinator is told to stop.
    package var drainLimit: Duration = .seconds(20)
    /// A trial that has failed this often through its worker (lost, or hung) is failed.
    package var maximumFailedAttempts = 5
    /// What a worker's tags must include.
    package var requiredTags: [String] = []
    /// Bytes that the checkpoints of the study may take; nil for no bound.
    package var checkpointBudget: Int?
    /// Whether the `last.h5` of completed trials stay.
    package var keepsLast = true
    /// Which trials are better: the byte budget takes the models of the worst ones. Without it no model is given up, and
    /// a completed trial is taken at its word.
    package var terms: StudyTerms?
    /// Whether a full disk is waited for; otherwise it ends the coordinator.
    package var waitsForDisk = true
    /// How many connections are known at a time; more are refused.
    package var maximumPeers = 10_000

    package init() {}
}
