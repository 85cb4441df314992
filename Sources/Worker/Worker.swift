import Compute
import Experiments
import Studies
import Foundation
package import Messaging
import Synchronization
package import Schema

/// A worker: takes trials from a coordinator, trains each on a thread of its own, and delivers what comes out.
///
/// A thin loop around ``WorkerMachine``; the network's thread never trains and never waits for a slow disk, so that
/// heartbeats go on.
///
/// The process must block the signals that ask for its end in every thread, and ignore SIGXFSZ: a limit on the size of
/// files is then an error of `write(2)`.
package final class Worker {
    private enum Input: Sendable {
        case slot(RunnerEvent)
        case storage(StorageEvent)
        case event(WorkerEvent)
    }

    private let context: Context
    private var connection: Connection
    private var machine: WorkerMachine
    private let hello: WorkerMessage.Hello
    private let mailbox: Mailbox<Input>
    private let spool: Spool
    private let rows: RowStorage
    private let checkpoints: CheckpointStorage
    private let data: DataStorage
    private let experiments = ExperimentCache()
    /// Runs the trials of experiments that train with Winnow itself.
    private let builtIn: any TrialRunner
    private let programs: any TrialRunner
    private let termination: TerminationSignal
    private let watchedInput: Int32?
    private var controls: [AttemptID: RunControl] = [:]
    /// Threads that are in a slot.
    private let threads = ThreadCount()
    private let began = ContinuousClock.now
    private var end: WorkerEnd?
    private var events = WorkerEventDetector()
    /// What was trained and has reached no coordinator; known when the worker has ended.
    package private(set) var leftovers: WorkerLeftovers?
    /// Hears what happens; each thing once.
    package var observe: (WorkerEvent) -> Void = { _ in }

    /// - Parameters:
    ///   - endpoint: the coordinator's.
    ///   - security: this worker's keys and the coordinator's, or none.
    ///   - programs: runs the trials that are programs; nil with this machine's processors and no GPU.
    ///   - spoolParent: the folder in which the spool is made.
    ///   - watchedInput: a descriptor whose end means that the coordinator has died; nil for a worker of its own.
    /// - Throws: ``SpoolError`` where the spool cannot be made; `ZMQError`.
    package init(
        endpoint: Endpoint, security: SocketOptions.Security = .none, settings: WorkerSettings,
        hello: WorkerMessage.Hello, cache: DataCache, programs: ProgramRunner? = nil,
        spoolParent: String = Spool.standardParent, watchedInput: Int32?
    ) throws {
        builtIn = BuiltInRunner(cache, software: hello.software)
        self.programs = programs ?? ProgramRunner(cache)
        self.watchedInput = watchedInput
        context = try Context()
        connection = try Connection(context, endpoint, security: security)
        let mailbox = try Mailbox<Input>()
        self.mailbox = mailbox
        termination = try TerminationSignal()
        var hello = hello
        hello.kept = KeptWork.all(in: spoolParent, host: hello.host).flatMap { _, work in
            work.entries.map { .init(worker: work.worker, id: $0.id) }
        }
        self.hello = hello
        machine = WorkerMachine(hello: hello, settings: settings, now: .zero)
        spool = try Spool(in: spoolParent, worker: hello.worker, host: hello.host) { error in
            mailbox.put(.event(error.map { .spoolFull(reason: $0.description) } ?? .spoolRecovered))
        }
        rows = RowStorage(spool) { mailbox.put(.storage($0)) }
        checkpoints = CheckpointStorage(spool) { mailbox.put(.storage($0)) }
        data = DataStorage(cache, experiments) { mailbox.put(.storage($0)) }
    }

    /// Why the coordinator does not talk to this worker, as far as that is known.
    package var trouble: ConnectionTrouble? { connection.trouble }

    private var now: Duration { ContinuousClock.now - began }

    /// Whether a thread is still in a slot: the process must then end without what runs at a usual end.
    package var hasThreads: Bool { threads.count > 0 }

    /// Works until the coordinator has nothing more, cannot be reached any more, or the worker is told to stop. Then the
    /// spool is removed, unless there is something in it that nobody took.
    package func run() throws -> WorkerEnd {
        var isKept = false
        defer { if !isKept { spool.remove() } }
        let end = try work()
        rows.drain()
        if end != .orphaned { isKept = keepLeftovers() }
        return end
    }

    /// - Returns: whether the spool is to stay.
    private func keepLeftovers() -> Bool {
        let undelivered = machine.undelivered
        guard !undelivered.isEmpty else { return false }
        let entries = undelivered.compactMap { attempt in
            attempt.checkpoint.map {
                KeptWork.Entry(
                    id: attempt.id, data: attempt.data, file: $0.name, sha256: $0.file.sha256, size: $0.file.size)
            }
        }
        let isKept =
            !entries.isEmpty
            && (try? spool.keep(entries, study: machine.study ?? "", worker: hello.worker)) != nil
        let kept = isKept ? entries.map(\.id.trial) : []
        leftovers = WorkerLeftovers(
            spool: spool.path, kept: kept, lost: undelivered.map(\.id.trial).filter { !kept.contains($0) })
        return isKept
    }

    private func work() throws -> WorkerEnd {
        try perform(machine.start(now: now))
        while end == nil {
            var poller = Poller()
            poller.watch(connection.socket, for: connection.isBlocked ? [.readable, .writable] : .readable)
            poller.watch(fileDescriptor: mailbox.waker.fileDescriptor)
            poller.watch(fileDescriptor: termination.fileDescriptor)
            if let watchedInput {
                poller.watch(fileDescriptor: watchedInput)
            }
            _ = try poller.wait(atMost: .milliseconds(100))
            if let watchedInput, !poller.events(of: watchedInput).isEmpty, end == nil {
                return .orphaned
            }
            while let request = termination.take() {
                guard request == .save else { return .interrupted }
                try perform(machine.stop(.interrupted, now: now))
            }
            for input in mailbox.removeAll() {
                try handle(input)
            }
            try connection.flush()
            try receiveMessages()
            try perform(machine.tick(now: now))
            if end == nil, connection.isRefused(for: machine.settings.connectTimeout) {
                // Somebody has decided that; no waiting changes it, as it may where nobody answers.
                end = .unreachable(after: machine.settings.connectTimeout)
            }
        }
        try connection.close()
        return end!
    }

    private func handle(_ input: Input) throws {
        switch input {
        case .slot(let event): try perform(machine.receive(event, now: now))
        case .storage(let event): try perform(machine.receive(event, now: now))
        case .event(let event):
            switch event {
            case .spoolFull(let reason): machine.spoolTrouble = reason
            case .spoolRecovered: machine.spoolTrouble = nil
            default: break
            }
            observe(event)
        }
    }

    private func receiveMessages() throws {
        var unreadableWelcome: String?
        while end == nil,
            let envelope = try connection.receive(refused: { kind, reason in
                observe(.messageRefused(reason: reason))
                if kind == "welcome" { unreadableWelcome = reason }
            })
        {
            events.hears(envelope.message).map(observe)
            try perform(machine.receive(envelope.message, bytes: envelope.bytes, now: now))
        }
        if end == nil, let unreadableWelcome {
            try perform(machine.cannotRead(welcome: unreadableWelcome))
        }
    }

    private func perform(_ actions: [WorkerAction]) throws {
        for action in actions {
            switch action {
            case .send(let message, let bytes):
                try send(message, bytes: bytes)
            case .keepRow(let row): rows.keep(row)
            case .readRows(let id, let epochs): rows.read(id, epochs)
            case .dropRows(let id, let epoch): rows.drop(id, through: epoch)
            case .readPiece(let chunk, let count, let file): checkpoints.read(chunk, count: count, of: file)
            case .place, .findSharedFolder, .takeShared, .keep, .discard:
                performOnCheckpoints(action)
            case .keepExperiment, .findData, .beginData, .keepData, .finishData, .leaveData:
                performOnData(action)
            case .start(let assign, let checkpoint):
                start(assign, checkpoint: checkpoint)
            case .pause(let id):
                controls[id]?.give(.pause)
            case .prune(let id):
                controls[id]?.give(.prune)
            case .abandon(let id):
                controls[id]?.give(.abandon)
            case .reconnect:
                events.reconnects().map(observe)
                try connection.reopen()
            case .exit(let reason):
                end = reason
            }
        }
    }

    private func send(_ message: WorkerMessage, bytes: [UInt8] = []) throws {
        // Who hands back what it could not save says so at its end.
        if case .handBack(let id) = message, machine.owes(id) {
            // Nothing has been saved.
        } else {
            events.says(message).map(observe)
        }
        try connection.send(Envelope(message, bytes: bytes).frames())
    }

    private func performOnCheckpoints(_ action: WorkerAction) {
        switch action {
        case .place(let id, let file): checkpoints.place(file, of: id)
        case .findSharedFolder(let folder): checkpoints.find(folder)
        case .takeShared(let id, let file): checkpoints.copyShared(file, of: id)
        case .keep(let chunk, let bytes, let file): checkpoints.keep(chunk, bytes, in: file)
        case .discard(let file): checkpoints.discard(file)
        default: break
        }
    }

    private func performOnData(_ action: WorkerAction) {
        switch action {
        case .keepExperiment(let experiment): data.read(experiment)
        case .findData(let assign): data.find(assign)
        case .beginData(let list):
            observe(.fetchingData(list.data, bytes: list.files.reduce(0) { $0 + $1.size }))
            data.begin(list)
        case .keepData(let chunk, let bytes): data.keep(chunk, bytes)
        case .finishData(let digest): data.finish(digest)
        case .leaveData(let digest): data.leave(digest)
        default: break
        }
    }

    private func start(_ assign: CoordinatorMessage.Assign, checkpoint: SpooledFile?) {
        let control = RunControl()
        controls = controls.filter { machine.isTraining($0.key) }
        controls[assign.id] = control
        threads.enter()
        let thread = Thread { [experiments, builtIn, programs, spool, mailbox, threads] in
            let report = { (events: [RunnerEvent]) in mailbox.put(events.map(Input.slot)) }
            do throws(ExperimentError) {
                let file = try experiments.file(of: assign)
                let attempt = TrialAttempt(assign: assign, file: file, checkpoint: checkpoint, spool: spool)
                switch file.experiment.program {
                case .builtIn: builtIn.run(attempt, control: control, report: report)
                case .command: programs.run(attempt, control: control, report: report)
                }
            } catch {
                if let checkpoint { spool.discard(checkpoint) }
                report([.finished(.failed(assign.id, after: assign.resumedEpoch, "\(error)"))])
            }
            threads.leave()
        }
        thread.name = "trial \(assign.id.trial)"
        thread.stackSize = 8 << 20
        thread.start()
    }
}

extension WorkerMessage.Hello {
    /// Of the environment, what a model's numbers may depend on: program, libraries, kernels.
    fileprivate var software: [String: String] { environment.filter { $0.key != "host" } }

    /// What this process says of itself.
    ///
    /// - Throws: `ComputeError` where the environment asks for kernels that there are not.
    package static func ofThisProcess(program: String, slots: Int) throws -> WorkerMessage.Hello {
        var name = utsname()
        uname(&name)
        let host = withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let backend = try ComputeBackend.current()
        return WorkerMessage.Hello(
            protocolVersion: Schema.protocolVersion,
            worker: WorkerName(host: host, process: getpid(), token: .random(in: 0...UInt32.max)).description,
            program: "winnow \(program)", host: host, slots: slots,
            environment: [
                "host": host, "program": "winnow \(program)", "onednn": backend.library,
                "instruction_set": backend.instructionSet,
                "kernels": backend.kernels, "threads": String(backend.threads),
            ],
            running: [])
    }
}

/// How many threads are in a slot.
final class ThreadCount: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .acquiring) }

    func enter() { value.add(1, ordering: .acquiringAndReleasing) }
    func leave() { value.subtract(1, ordering: .acquiringAndReleasing) }
}
