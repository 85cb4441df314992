package import Experiments
package import Studies
import Hashing
import Messaging
package import StudyStore
import Schema

/// A coordinator: publishes the trials of a study to workers, and keeps what they send back.
///
/// A thin loop around ``CoordinatorDriver``: it waits for messages and hands them in.
///
/// The process must block the signals that ask for its end in every thread, and ignore SIGXFSZ: a limit on the size of
/// files is then an error of `write(2)`.
package final class Coordinator {
    private let listener: CoordinatorListener
    private var socket: Socket { listener.socket }
    private let opened: OpenedStudy
    private var driver: CoordinatorDriver<StudyDisk, SocketLink>
    /// How workers find out that they share the study's folder; it lies there as long as this lives.
    private var nonce: SharedNonce?
    private let publisher: StudyPublisher
    private let logs: TrialLogs
    /// How people see and steer the study; nil where its folder can hold no socket, or nothing is left to do.
    private var control: ControlServer?
    private var suspects = SuspectWatch()
    private var nextFolderCheck = ContinuousClock.now
    private let clock: StudyClock
    /// What the studies' storage executors say.
    private let answers: Mailbox<(study: StudyID, answer: StorageAnswer)>
    private let termination: TerminationSignal
    private let workers: LocalWorkers?
    /// Workers of this machine that have ended, and when that was seen.
    private var deaths: [(worker: LocalWorkers.Dead, seen: ContinuousClock.Instant)] = []

    /// - Throws: ``ZMQError`` where the system gives no more descriptors.
    package init(
        _ opened: OpenedStudy, file: ExperimentFile, listener: CoordinatorListener, settings: CoordinatorSettings,
        provenance: Provenance, program: String, data: DataFiles?, workers: LocalWorkers?,
        observe: @escaping (CoordinatorEvent, StudyState) -> Void
    ) throws {
        self.listener = listener
        self.opened = opened
        self.workers = workers
        logs = TrialLogs(opened.folder, opened.state.metrics)
        clock = StudyClock()
        termination = try TerminationSignal()
        publisher = StudyPublisher(
            folder: opened.folder, terms: opened.terms, provenance: provenance)
        // A study that is over is left as it is; where the file cannot be written, checkpoints travel over the wire.
        nonce = opened.isOver ? nil : try? SharedNonce(in: opened.folder, generation: opened.lock.generation)
        let id = opened.state.id
        let text = file.resolvedYAML()
        var studySettings = settings.study
        studySettings.epochs = file.experiment.train.epochs ?? studySettings.epochs
        let study = StudyMachine(
            opened.state, settings: studySettings, experiment: text,
            digest: SHA256Digest.hexadecimal(of: Array(text.utf8)), search: opened.search,
            generation: opened.lock.generation)
        let machine = CoordinatorMachine(
            studies: [study],
            welcome: .init(
                generation: opened.lock.generation, study: opened.folder.path,
                heartbeatSeconds: settings.pool.heartbeat.inSeconds, leaseSeconds: settings.pool.lease.inSeconds,
                shared: nonce.flatMap { CoordinatorMessage.SharedFolder(id, opened.folder, $0) }.map { [$0] } ?? []),
            settings: settings.pool, origin: .init(program: program))
        let answers = try Mailbox<(study: StudyID, answer: StorageAnswer)>()
        self.answers = answers
        let disk = StudyDisk(
            folder: opened.folder, journal: opened.journal, state: opened.state, logs: logs, data: data,
            answer: { answers.put((id, $0)) })
        driver = CoordinatorDriver(
            machine: machine, disks: [id: disk], link: SocketLink(listener: listener),
            waitsForDisk: settings.study.waitsForDisk, observe: observe)
    }

    package var study: StudyState { driver.machine.study }

    /// Runs until every trial is over, or until it is told to stop; then `study.h5` is up to date.
    ///
    /// - Throws: ``StudyStoreError`` where the disk fails, ``ZMQError``, ``LocalWorkersError`` where no worker of this
    ///   machine can be kept alive. What was acknowledged is durable in every case.
    package func run() throws -> StudyEnd {
        var poller = Poller()
        poller.watch(socket)
        poller.watch(fileDescriptor: termination.fileDescriptor)
        poller.watch(fileDescriptor: answers.waker.fileDescriptor)
        listenToPeople()
        try driver.start(at: clock.now)
        try workers?.start(endpoint: listener.endpoint)
        var end = driver.end
        while end == nil {
            _ = try poller.wait(atMost: .milliseconds(100))
            if !poller.events(of: termination.fileDescriptor).isEmpty {
                end = try handleSignals()
            }
            // First: who is one too many is closed before what it says is heard.
            try lookAfterConnections()
            try receiveMessages()
            try receiveAnswers()
            try superviseWorkers()
            try serveControl()
            try driver.tick(at: clock.now)
            try checkFolder()
            publisher.publishIfDue(study)
            tellWhatIsSeen()
            end = end ?? driver.end
        }
        control?.close()
        // What is given up is gone when this returns.
        driver.disks.values.forEach { $0.disk.drain() }
        logs.flush()
        try workers?.waitForEnd(atMost: .seconds(5))
        nonce = nil
        try publisher.publishNow(study)
        // What is said now of the study is to be found there.
        try opened.folder.check()
        return end!
    }

    /// Whether there is anything to publish or not: a study whose folder is gone stops soon.
    private func checkFolder() throws(StudyStoreError) {
        guard .now >= nextFolderCheck else { return }
        nextFolderCheck = .now + .milliseconds(500)
        do {
            try opened.folder.check()
        } catch {
            // What cannot be told now is the next publication's trouble.
            if error.code == .folderReplaced { throw error }
        }
    }

    /// A study that is over needs no steering; one on a disk that has no sockets goes on without it.
    private func listenToPeople() {
        guard !opened.isOver else { return }
        do {
            control = try ControlServer(opened.folder)
        } catch {
            driver.notify(.cannotBeSteered(error.description))
        }
    }

    private func serveControl() throws {
        try control?.serve(status: { driver.status(of: study.id, at: clock.now) }) { request in
            switch request.kind {
            case .status: break
            case .pause: try driver.setPaused(true, study.id, at: clock.now)
            case .unpause: try driver.setPaused(false, study.id, at: clock.now)
            case .stop: try driver.interrupt(at: clock.now)
            case .retry: return try driver.retry(request.trials, of: study.id, at: clock.now)
            }
            return nil
        }
    }

    private func tellWhatIsSeen() {
        suspects.look(at: driver.machine.pool, now: clock.now).forEach { driver.notify($0) }
        logs.flushIfDue()
        if let trouble = logs.drainComplaint() {
            driver.notify(.logTrouble(trouble))
        }
    }

    /// - Returns: how the coordinator ends at once, where it is told to for the second time.
    private func handleSignals() throws -> StudyEnd? {
        while let request = termination.take() {
            guard request == .save else { return .interrupted }
            try driver.interrupt(at: clock.now)
        }
        return nil
    }

    /// Takes what has come, a bounded number at a time so that the first need not wait for the last.
    private func receiveMessages() throws {
        let now = clock.now
        for _ in 0..<1_000 {
            guard let arrival = try listener.receive() else { break }
            if case .message(let envelope, let peer) = arrival {
                try driver.receive(envelope.message, bytes: envelope.bytes, from: peer, at: now)
            }
        }
        try driver.commit(at: now)
    }

    /// Takes what the storage executors have said.
    private func receiveAnswers() throws {
        let now = clock.now
        for (study, answer) in answers.removeAll() { try driver.receive(answer, of: study, at: now) }
        try driver.commit(at: now)
    }

    /// Tells what was refused, and gives up what workers ran that were sent away.
    private func lookAfterConnections() throws {
        let (lines, expelled) = try listener.look(at: clock.now.monotonic)
        for line in lines {
            driver.notify(.messageRefused(line))
        }
        for worker in expelled {
            try driver.workerIsGone(where: { $0 == worker.name }, isRevoked: worker.isRevoked, at: clock.now)
        }
    }

    private func superviseWorkers() throws {
        guard let workers else { return }
        let now = ContinuousClock.now
        deaths += try workers.replaceDead(isStopping: driver.machine.isDraining).map { ($0, now) }
        // The last words of a process may still be on their way when its end is known.
        let certain = deaths.prefix { now - $0.seen > .milliseconds(300) }
        deaths.removeFirst(certain.count)
        for (worker, _) in certain {
            try driver.workerIsGone(
                where: { WorkerName($0)?.process == worker.pid }, process: worker.end, at: clock.now)
        }
    }
}
