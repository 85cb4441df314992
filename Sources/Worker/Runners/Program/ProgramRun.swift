import Experiments
import Glibc
import Processes
import Schema
import Studies

/// One attempt of a program, from its folders to its end.
final class ProgramRun {
    /// Metrics of one row, and names of a study, as messages hold them.
    private static let mostMetrics = MessageLimit.metrics
    private static let mostNotes = 20

    private let attempt: TrialAttempt
    private let program: ProgramDescription
    private let folder: ProgramFolder
    /// Nil where nothing bounds its memory, or this worker may make none.
    private let group: TrialGroup?
    private let process: SupervisedProcess
    private let control: RunControl
    private let tell: ([RunnerEvent]) -> Void
    /// What has happened since it was told last.
    private var events: [RunnerEvent] = []
    private let began = ContinuousClock.now
    private var memoryKills = MemoryKillWatch()
    private let rule: SelectionRule

    private var state: ProgramFolder.State
    private var names: Set<String> = []
    /// Those that the study had when the attempt began.
    private let known: Set<String>
    private var sources: MetricSources
    private var output: ProgramOutput
    private var notes = 0
    private var lastWords = ""
    private var lastProgress = ContinuousClock.now
    private var lastPacked = ContinuousClock.now
    private var packedRows: Int
    /// When it was told to stop, and killed.
    private var stopped: ContinuousClock.Instant?
    private var isKilled = false

    private var id: AttemptID { attempt.assign.id }
    private var rows: Int { state.numbering.count }

    /// Carries an attempt out until the program has ended, and reports how.
    static func perform(
        _ attempt: TrialAttempt, _ program: ProgramDescription, cache: DataCache, loan: Devices.Loan,
        emptied: ProgramFolder.EmptiedFolders, groups: TrialGroups, control: RunControl,
        report: @escaping ([RunnerEvent]) -> Void
    ) {
        do {
            let folder = try ProgramFolder(of: attempt.assign.id, in: attempt.spool, emptied: emptied)
            defer { folder.empty(into: emptied) }
            let run = try ProgramRun(
                attempt, program, in: folder, cache: cache, loan: loan, groups: groups, control: control, report: report
            )
            run.run()
        } catch {
            report([attempt.refused("\(error)")])
        }
    }

    /// Gets the folders ready, and starts the program.
    private init(
        _ attempt: TrialAttempt, _ program: ProgramDescription, in folder: ProgramFolder, cache: DataCache,
        loan: Devices.Loan, groups: TrialGroups, control: RunControl, report: @escaping ([RunnerEvent]) -> Void
    ) throws {
        self.attempt = attempt
        self.program = program
        self.folder = folder
        self.control = control
        tell = report
        let assign = attempt.assign
        known = Set(assign.metrics)
        rule = attempt.file.experiment.train.select
        try cache.copyProgram(program, digest: assign.dataDigest, into: folder)
        if let checkpoint = attempt.checkpoint {
            let resumed: SpooledFile
            (state, resumed) = try folder.unpack(checkpoint)
            attempt.spool.discard(checkpoint)
            events.append(.resumed(assign.id, resumed))
        } else {
            state = ProgramFolder.State()
        }
        state.numbering.truncate(to: assign.resumedEpoch)
        packedRows = assign.resumedEpoch
        try folder.writeParameters(assign.parameters)
        sources = try MetricSources(program.metrics, folder: folder, monitor: rule.monitor)
        output = ProgramOutput()
        let environment = ProgramEnvironment.make(attempt, program, in: folder, loan: loan)
        let words = program.command.words(
            .init(
                parameters: assign.parameters, seed: assign.seed, trial: assign.id.trial, attempt: assign.id.attempt,
                epochs: program.epochs, checkpoint: folder.checkpoint))
        group = program.needs.memory.flatMap { groups.make(memory: $0) }
        process = try SupervisedProcess(
            .init(
                path: SupervisedProcess.Program.locate(
                    words[0], from: folder.work, path: ProgramEnvironment.searchPath(environment)),
                arguments: words, environment: environment, folder: folder.work, processors: loan.processors,
                memory: program.needs.memory), in: group)
    }

    private func run() {
        report(.began(id, grace: program.stop.grace))
        var end: SupervisedProcess.Report?
        while end == nil {
            wait()
            readOutput()
            sources.read { take($0) }
            while let next = process.nextReport() {
                if case .started = next { continue }
                end = next
            }
            heed()
            tellProgress()
            tellAll()
        }
        // What was written just before the end.
        readOutput()
        sources.finish { take($0) }
        if let text = output.flush() { report(.output(id, text)) }
        conclude(end!)
        tellAll()
    }

    private func report(_ event: RunnerEvent) { events.append(event) }

    private func tellAll() {
        guard !events.isEmpty else { return }
        tell(events)
        events.removeAll(keepingCapacity: true)
    }

    /// Waits for output, the program's end, or the next look at files and orders.
    private func wait() {
        var polled = [process.output, process.errors, process.reports].map {
            pollfd(fd: output.isOpen($0) ? $0 : -1, events: Int16(POLLIN), revents: 0)
        }
        _ = poll(&polled, nfds_t(polled.count), 20)
    }

    private func readOutput() {
        var lines: [[UInt8]] = []
        output.read(process.output, isError: false) { lines.append($0) }
        output.read(process.errors, isError: true) { line in
            lastWords = String(decoding: line.prefix(300), as: UTF8.self)
            lines.append(line)
        }
        for line in lines { sources.read(line) { take($0) } }
        if let text = output.flushIfDue() { report(.output(id, text)) }
    }

    // MARK: Metrics

    private func take(_ found: MetricReport) {
        guard stopped == nil || control.order != .abandon else { return }
        var values: [String: Double] = [:]
        for (name, value) in found.values.sorted(by: { $0.key < $1.key }).map({ (MetricName.plain($0), $1) }) {
            // The coordinator would refuse the row, and the worker send it for ever.
            guard MessageLimit.isMetricName(name) else {
                note("a metric's name is left out: it has 1 to \(MessageLimit.nameBytes) bytes and no line breaks")
                continue
            }
            guard names.contains(name) || known.contains(name) || names.union(known).count < Self.mostMetrics else {
                note("metrics beyond the first \(Self.mostMetrics) are left out")
                continue
            }
            names.insert(name)
            values[name] = value
        }
        guard !values.isEmpty || found.isCheckpoint else { return }
        if values.isEmpty {
            if rows > packedRows { markCheckpoint() }
            return
        }
        if let budget = program.epochs, rows >= budget {
            return note("rows beyond the \(budget) epochs that the experiment gives it are left out")
        }
        guard let row = state.numbering.next(found.epoch) else {
            // A table that is written anew says the same again.
            guard found.isExplicit else { return }
            return note(
                "epoch \(found.epoch.map(Figures.count) ?? "") was reported before: put all metrics of an epoch into one "
                    + "line; what came first stays")
        }
        if values[rule.monitor]?.isFinite == true { state.isMonitored = true }
        report(
            .epochFinished(
                EpochResult(
                    id: id, epoch: row, metrics: MetricValues(values), learningRate: .nan,
                    elapsedSeconds: (ContinuousClock.now - began).inSeconds)))
        if found.isCheckpoint {
            markCheckpoint()
        } else if !state.marksCheckpoints, folder.hasCheckpoint,
            .now - lastPacked >= attempt.file.experiment.checkpoint.every
        {
            _ = pack()
        }
        if let epoch = attempt.assign.pauseAfter, row >= epoch { control.give(.pause) }
    }

    private func note(_ text: String) {
        notes += 1
        if notes <= Self.mostNotes { output.add(Array("winnow: \(text)\n".utf8)) }
    }

    // MARK: Checkpoints

    /// The program says that it can go on from here.
    private func markCheckpoint() {
        state.marksCheckpoints = true
        _ = pack()
    }

    /// - Returns: whether the spool took it.
    private func pack() -> Bool {
        lastPacked = .now
        do {
            report(.checkpoint(id, try folder.pack(state, rows: rows)))
            packedRows = rows
            attempt.spool.recovered()
            return true
        } catch let error as SpoolError {
            attempt.spool.inTrouble(error)
        } catch {
            note("the checkpoint cannot be packed: \(error)")
        }
        return false
    }

    // MARK: Orders

    private func heed() {
        guard control.order != .run else { return }
        guard let stopped else {
            stopped = .now
            folder.announceStop(control.order)
            return process.send(signal: program.stop.signal.number)
        }
        if !isKilled, .now - stopped >= program.stop.grace {
            isKilled = true
            process.send(signal: SIGKILL)
        }
    }

    private func tellProgress() {
        guard .now - lastProgress >= .seconds(1) else { return }
        lastProgress = .now
        // Between two rows nobody knows how far it is; but one that computes or writes does not hang.
        report(
            .progress(
                .init(
                    id: id, epoch: rows + 1, step: process.ticks + output.count, steps: 0, patienceLeft: nil, stage: nil
                )))
    }

    // MARK: The end

    private func conclude(_ end: SupervisedProcess.Report) {
        guard control.order != .abandon else { return report(.left(id)) }
        switch end {
        case .refused(let code): fail("\(ProcessError.cannotStart(program.command.description, code: code))")
        case .lost: fail("its supervising process was killed")
        case .started: break
        case .ended(let end, _, _):
            if end.signal == nil, end.exitCode == 0 { return complete() }
            if end.exitCode == ExitCode.saved || stopped != nil {
                return handBack(isSaved: end.exitCode == ExitCode.saved)
            }
            saveAfterFailure()
            fail(explained(end) + (lastWords.isEmpty ? "" : "; its last words: \(lastWords)"))
        }
    }

    private func explained(_ end: ProcessEnd) -> String {
        guard let kills = group?.memoryKills else { return memoryKills.explained(end).description }
        guard kills > 0 else { return end.description }
        let limit = group?.isBounded == true ? ", at the limit that program.needs.memory sets" : ""
        if end.signal == Int(SIGKILL) {
            return "\(ProcessEnd(signal: Int(SIGKILL), isMemoryKill: true))\(limit)"
        }
        return "\(end); the system's memory killer ended \(kills) of its processes\(limit)"
    }

    private func complete() {
        guard state.isMonitored else {
            let seen = names.sorted()
            let nearest = Spelling.nearest(to: rule.monitor, among: seen)
            let hint =
                if let nearest {
                    "the nearest that it reported is \(nearest)"
                } else if seen.isEmpty {
                    "it reported no metric at all: winnow check --try-metrics shows what is recognised in a log"
                } else {
                    "it reported \(seen.prefix(10).joined(separator: ", "))"
                }
            return fail(
                "it ended well, but never reported a finite \(rule.monitor), which select.monitor names; \(hint)")
        }
        // Its model may have been written after the last row.
        if rows > 0, folder.hasCheckpoint { _ = pack() }
        report(
            .finished(
                TrialOutcome(
                    id: id, state: .completed, stopReason: rows >= program.epochs ?? .max ? .budget : .program,
                    stopEpoch: rows)))
    }

    /// - Parameter isSaved: whether the program says that it has saved itself at its end. One that marks its checkpoints
    ///   and does not say so is gone on with from the last mark.
    private func handBack(isSaved: Bool) {
        let isPacked = !folder.hasCheckpoint || state.marksCheckpoints && !isSaved || pack()
        report(.paused(id, isSaved: isPacked))
    }

    /// What it had saved before it failed is what a retry goes on from.
    private func saveAfterFailure() {
        if !state.marksCheckpoints, folder.hasCheckpoint, rows > packedRows { _ = pack() }
    }

    private func fail(_ reason: String) {
        report(.finished(.failed(id, after: rows, reason)))
    }

    /// sysexits.h: EX_TEMPFAIL.
    private enum ExitCode {
        static let saved = 75
    }
}

extension StopDescription.Signal {
    fileprivate var number: Int32 {
        switch self {
        case .terminate: SIGTERM
        case .interrupt: SIGINT
        case .hangup: SIGHUP
        case .user1: SIGUSR1
        case .user2: SIGUSR2
        }
    }
}
