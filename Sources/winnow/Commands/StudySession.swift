import Search
import Architecture
import ArgumentParser
import Coordinator
import Experiments
import Studies
import Glibc
import Logging
import Messaging
import StudyStore
import Schema
import Worker

/// One run of a coordinator: opens the study, shows its progress, and reports its end.
struct StudySession {
    private let input: ExperimentInput
    private let folder: StudyFolder
    /// Studies whose finished trials are taken over.
    private let others: [String]
    private let json: Bool
    private let log: LogOptions
    /// The command that continues the study.
    private let command: String

    /// - Throws: ``Failure`` if a study would continue in another folder, or if the folder's name has control characters.
    init(_ input: ExperimentInput, _ options: StudyOptions, log: LogOptions, command: String) throws {
        if let study = input.study, let other = options.study {
            throw Failure(.usage, "\(study): is a study, which goes on in its own folder: leave --study \(other) out")
        }
        self.input = input
        self.log = log
        folder = StudyFolder(options.study ?? input.defaultStudy)
        guard folder.path.isPrintable else {
            throw Failure(
                .usage,
                "the study's folder \(folder.path.debugDescription) has control characters in its name; "
                    + "choose another with --study")
        }
        json = options.json
        others = options.from
        self.command =
            command + (options.yes ? " --yes" : "")
            + (options.study.map { " --study \(ExperimentOptions.quoted($0))" } ?? "")
            + options.from.map { " --from \(ExperimentOptions.quoted($0))" }.joined()
    }

    /// - Throws: ``Failure``, whose code tells how the study ended, unless all trials are done.
    func run(
        at endpoint: Endpoint, access: CoordinatorAccess = .open, settings: CoordinatorSettings, workers: LocalWorkers?
    ) throws {
        let listener = try CoordinatorListener(
            endpoint, access: access, mostConnections: settings.pool.maximumPeers,
            largestCheckpoint: input.largestCheckpoint)
        let program = "winnow \(Program.version)"
        let finished = try FinishedTrials(
            in: others.map(StudyFolder.init), for: input.file, dataDigest: input.digest, program: program)
        let opened = try OpenedStudy(
            folder, file: input.file, text: input.text, plan: input.plan, dataDigest: input.digest,
            dataFolder: input.absoluteFolder, taking: finished, program: program, unix: StudyClock().now.unix)
        log.bootstrap()
        var logger = Logger(label: "winnow.coordinator")
        logger[metadataKey: "study"] = .string(folder.path)
        let provenance = Provenance(experiment: input.text, resolved: input.file.resolvedYAML())
        let isOver = opened.isOver
        let display: any StudyDisplay =
            log.drawsOnTerminal
            ? LiveDisplay(input.file.experiment, level: log.logLevel.level)
            : EventLines(input.file.experiment, logger: logger, format: log.format, stream: LogOptions.stream)
        let coordinator = try Coordinator(
            opened, file: input.file, listener: listener, settings: settings, provenance: provenance,
            program: program, data: try input.dataFiles(),
            workers: isOver ? nil : workers, observe: display.show)
        greet(opened, at: listener.endpoint, access, isLocal: workers != nil, isOver: isOver, logger)
        for remark in finished.remarks { logger.notice("\(remark)") }
        if !isOver { for warning in input.warnings { logger.warning("\(warning)") } }
        for repair in opened.repairs { logger.warning("\(repair)") }
        if !opened.begunAnew.isEmpty {
            let count = opened.begunAnew.count
            logger.warning(
                """
                \(count) completed trial\(count == 1 ? " is" : "s are") to be trained to epoch \
                \(input.file.experiment.train.epochs ?? 0), and \(count == 1 ? "begins" : "begin") anew at epoch 1: \
                last.h5 is gone, which checkpoint.keep_last: true would have kept
                """)
        }
        let end = try run(coordinator, display)
        try conclude(end, coordinator.study, opened.terms)
    }

    private func run(_ coordinator: Coordinator, _ display: any StudyDisplay) throws -> StudyEnd {
        // The display's last lines come before the error.
        defer { display.close() }
        return try coordinator.run()
    }

    private func greet(
        _ opened: OpenedStudy, at endpoint: Endpoint, _ access: CoordinatorAccess, isLocal: Bool, isOver: Bool,
        _ logger: Logger
    ) {
        let state = opened.state
        let done = state.trials.count(where: \.isOver)
        for remark in input.remarks { logger.notice("\(remark)") }
        let count = max(state.trials.count, isOver ? 0 : input.plan.count)
        let what = "\(folder.path): \(count) trial\(count == 1 ? "" : "s")"
        if isOver {
            logger.notice("\(what), all of them over: nothing to train")
        } else if opened.isContinued {
            logger.notice("\(what), \(done) of them over: going on")
        } else {
            logger.notice("\(what)")
        }
        let budgets = BudgetWarning(
            state, trials: count, asked: input.file.experiment.train.epochs, isOver: isOver)
        if let budgets {
            logger.warning("\(folder.path): \(budgets)")
        }
        if !isLocal && !isOver {
            var keys = ""
            if case .keys(let pair, _) = access {
                keys = " --key NAME.key --coordinator-key \(ExperimentOptions.quoted("\(pair.publicKey)"))"
            }
            logger.notice("waiting for workers: winnow worker \(endpoint)\(keys)")
        }
        if state.isPaused && !isOver {
            logger.notice(
                """
                \(folder.path): the study is paused and gives nothing out; it waits for: \
                winnow unpause \(ExperimentOptions.quoted(folder.path))
                """)
        }
    }

    private func conclude(_ end: StudyEnd, _ state: StudyState, _ terms: StudyTerms) throws {
        let results = StudyResults(folder: folder, terms: terms, state: state)
        print(json ? try results.json() : results.table(columns: Terminal.output.columns), terminator: "")
        if end != .interrupted, let hint = TargetScaleHint.text(input.file.experiment, state) {
            Terminal.errors.line(hint)
        }
        if end == .interrupted { throw Failure(.interrupted, "interrupted; to go on: \(command)") }
        let failed = state.trials.count { $0.phase == .failed }
        if failed > 0 {
            throw Failure(
                .someTrialsFailed,
                "\(failed) of \(state.trials.count) trials failed; why: winnow show \(folder.path) "
                    + "\(state.trials.first { $0.phase == .failed }!.number); to try again: winnow retry "
                    + ExperimentOptions.quoted(folder.path))
        }
    }
}

/// The options of a study's folder and of its output.
struct StudyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The study's folder. (default: studies/NAME, NAME being the experiment's)", valueName: "dir"),
        completion: .directory)
    var study: String?

    @Option(
        help: ArgumentHelp(
            """
            Another study's folder: its completed trials that this study would train alike (same settings, seed, epochs, \
            data and version of winnow) are taken over, and the search learns from them. May be repeated.
            """, valueName: "study"),
        completion: .directory)
    var from: [String] = []

    @Flag(help: "Runs a search of more than 100,000 trials.")
    var yes = false

    @Flag(help: "Ends with one JSON document on standard output, instead of a table.")
    var json = false
}

/// A warning that a study has trials of another number of epochs than the run requests.
struct BudgetWarning: CustomStringConvertible {
    let description: String

    /// Nil if all completed trials have the requested budget.
    ///
    /// - Parameters:
    ///   - trials: how many there are, or will be.
    ///   - isOver: whether nothing is left to train.
    init?(_ study: StudyState, trials count: Int, asked: Int?, isOver: Bool) {
        guard let asked else { return nil }
        let others = study.trials.filter { $0.hasOtherBudget(than: asked) }
        guard !others.isEmpty else { return nil }
        let epochs = Set(others.compactMap { $0.outcome?.stopEpoch }).sorted()
        let trained = epochs.map(String.init).joined(separator: ", ")
        let trials =
            "\(others.count) of its \(count) trials \(others.count == 1 ? "was" : "were") trained for "
        if isOver {
            description =
                trials
                + "\(trained) epochs, not for the \(asked) that are asked for: it is shown as it is; choose another "
                + "folder with --study to train for \(asked)"
        } else {
            description =
                trials + "\(trained) epochs, and this run trains for \(asked): they are kept, but neither averaged nor "
                + "compared with the others; --set train.epochs=\(max(asked, epochs.last ?? asked)) gives all the same"
        }
    }
}

/// The advice for a regression whose models predict worse than the target's mean.
enum TargetScaleHint {
    /// Nil if a trial did better, or if the target is already scaled.
    static func text(_ experiment: Experiment, _ state: StudyState) -> String? {
        let isSearched = experiment.search.parameters.contains { $0.path == "data.scale_target" }
        guard let data = experiment.training?.data, data.task == .regression, !data.scaleTarget, !isSearched else {
            return nil
        }
        let scores = state.trials.compactMap { $0.outcome?.testMetrics["test_r2"] }.filter(\.isFinite)
        guard let best = scores.max(), best < 0 else { return nil }
        let scale: String
        switch data.scale {
        case .minMax, .standardize: scale = ""
        case .none, .normalize: scale = "data.scale: standardize and "
        }
        return
            "hint: no trial predicts better than the target's mean (test_r2 is below 0); the target is not scaled: try "
            + "\(scale)data.scale_target: true"
    }
}
