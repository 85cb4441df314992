package import Experiments
import Messaging
package import StudyStore
import Wire

/// A coordinator: publishes the trials of one study to workers, and keeps what they send back.
///
/// A thin loop around ``CoordinatorMachine``: it waits for messages, hands them in, and performs the actions. Records
/// of all messages that came together are committed together, and only then are their senders answered.
package final class Coordinator {
    private let listener: CoordinatorListener
    private var socket: Socket { listener.socket }
    private let opened: OpenedStudy
    private let journal: Journal
    private var machine: CoordinatorMachine
    private var files: CheckpointFiles
    private let publisher: StudyPublisher
    private let clock: StudyClock
    private let termination: TerminationSignal
    private let workers: LocalWorkers?
    private let observe: (CoordinatorEvent, StudyState) -> Void
    private var end: StudyEnd?
    /// Messages that wait for the commit of the records before them.
    private var answers: [(CoordinatorMessage, PeerID)] = []
    private var interruptions = 0
    /// Workers of this machine that have ended, and when that was seen.
    private var deaths: [(pid: Int32, seen: ContinuousClock.Instant)] = []

    /// - Throws: ``ZMQError`` where the system gives no more descriptors.
    package init(
        _ opened: OpenedStudy, file: ExperimentFile, listener: CoordinatorListener, settings: CoordinatorSettings,
        provenance: Provenance, workers: LocalWorkers?, observe: @escaping (CoordinatorEvent, StudyState) -> Void
    ) throws {
        self.listener = listener
        self.opened = opened
        self.workers = workers
        self.observe = observe
        journal = opened.journal
        files = CheckpointFiles(opened.folder)
        clock = StudyClock()
        termination = try TerminationSignal()
        publisher = StudyPublisher(
            folder: opened.folder, rule: file.experiment.train.select, provenance: provenance)
        machine = CoordinatorMachine(
            study: opened.state,
            welcome: .init(
                generation: opened.lock.generation, study: opened.folder.path,
                heartbeatSeconds: settings.heartbeat.inSeconds, leaseSeconds: settings.lease.inSeconds),
            settings: settings,
            trialFile: { trial in try file.trialYAML(assignment: trial.assignment) })
    }

    package var study: StudyState { machine.study }

    /// Runs until every trial is over, or until it is told to stop; then `study.h5` is up to date.
    ///
    /// - Throws: ``StudyStoreError`` where the disk fails, ``ZMQError``, ``LocalWorkersError`` where no worker of this
    ///   machine can be kept alive. What was acknowledged is durable in every case.
    package func run() throws -> StudyEnd {
        var poller = Poller()
        poller.watch(socket)
        poller.watch(fileDescriptor: termination.fileDescriptor)
        try perform(machine.start(at: clock.now))
        try workers?.start(endpoint: listener.endpoint)
        while end == nil {
            _ = try poller.wait(atMost: .milliseconds(100))
            try takeSignals()
            try takeMessages()
            try superviseWorkers()
            try perform(machine.tick(at: clock.now))
            publisher.publishIfDue(machine.study)
        }
        try workers?.waitForEnd(atMost: .seconds(5))
        try publisher.publishNow(machine.study)
        return end!
    }

    private func takeSignals() throws {
        while termination.take() {
            interruptions += 1
            if interruptions == 1 {
                try perform(machine.interrupt(at: clock.now))
            } else {
                end = .interrupted
            }
        }
    }

    /// Takes what has come, a bounded number at a time so that the first need not wait for the last.
    private func takeMessages() throws {
        for _ in 0..<1_000 {
            do {
                guard var frames = try socket.receive() else { break }
                let peer = frames.removeFirst()
                let envelope = try Envelope<WorkerMessage>(frames: frames)
                try perform(
                    uncommitted: machine.receive(envelope.message, bytes: envelope.bytes, from: peer, at: clock.now))
            } catch let error as WireError {
                observe(.messageRefused(error.description), machine.study)
            } catch ZMQError.tooManyFrames(let count, _, _) {
                observe(.messageRefused("a message of \(count) frames"), machine.study)
            }
        }
        try commit()
    }

    private func superviseWorkers() throws {
        guard let workers else { return }
        let now = ContinuousClock.now
        deaths += try workers.replaceDead(isStopping: machine.isDraining).map { ($0, now) }
        // The last words of a process may still be on their way when its end is known.
        let certain = deaths.prefix { now - $0.seen > .milliseconds(300) }
        deaths.removeFirst(certain.count)
        for (pid, _) in certain {
            try perform(machine.workerDied(where: { WorkerName($0)?.process == pid }, at: clock.now))
        }
    }

    // MARK: Actions

    private func perform(_ actions: [CoordinatorAction]) throws {
        try perform(uncommitted: actions)
        try commit()
    }

    /// Makes everything appended so far durable, then sends what depended on it.
    private func commit() throws {
        try journal.commit()
        for (message, peer) in answers {
            send(message, to: peer)
        }
        answers.removeAll(keepingCapacity: true)
    }

    private func perform(uncommitted actions: [CoordinatorAction]) throws {
        for action in actions {
            switch action {
            case .append(let record):
                try journal.append(record)
            case .send(let message, let peer):
                answers.append((message, peer))
            case .stage(let chunk, let bytes):
                files.stage(chunk, bytes)
            case .publish(let chunk, let peer):
                try perform(uncommitted: publish(chunk, from: peer))
            case .discardUploads(let id):
                files.discard(id)
            case .sendFile(let chunk, let peer):
                if let bytes = files.read(chunk) {
                    send(.chunk(chunk), bytes: bytes, to: peer)
                }
            case .notify(let event):
                if case .trialFinished(let outcome) = event { files.finishTrial(outcome.id.trial) }
                observe(event, machine.study)
            case .finish(let end):
                self.end = end
            }
        }
    }

    private func publish(_ chunk: Chunk, from peer: PeerID) -> [CoordinatorAction] {
        do {
            try files.publish(chunk)
            return machine.uploadStored(chunk, from: peer)
        } catch {
            return machine.uploadRefused(chunk, reason: "\(error)", from: peer)
        }
    }

    /// What cannot be sent is not kept: the worker asks again for whatever it misses.
    private func send(_ message: CoordinatorMessage, bytes: [UInt8] = [], to peer: PeerID) {
        guard let frames = try? Envelope(message, bytes: bytes).frames() else { return }
        _ = try? socket.send([peer] + frames)
    }
}
