import Architecture
import Coordinator
import Experiments
import Glibc
import Logging
import Messaging
import StudyStore
import Wire
import Worker

/// One run of a coordinator for a person or a script: opens the study, shows how it goes, and says how it ended.
struct StudySession {
    private let input: ExperimentInput
    private let folder: StudyFolder
    private let json: Bool
    private let log: LogOptions
    /// The words that continue the study.
    private let command: String

    /// - Throws: where a study is to go on elsewhere, or its folder's name would break the lines that it stands in.
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
        self.command =
            command + (options.yes ? " --yes" : "")
            + (options.study.map { " --study \(ExperimentOptions.quoted($0))" } ?? "")
    }

    /// - Throws: ``Failure``, whose code tells how the study ended where not all trials are done.
    func run(
        at endpoint: Endpoint, access: CoordinatorAccess = .open, settings: CoordinatorSettings, workers: LocalWorkers?
    ) throws {
        let listener = try CoordinatorListener(
            endpoint, access: access, mostConnections: settings.maximumPeers,
            largestCheckpoint: CoordinatorListener.largestCheckpoint(parameters: input.model.parameterCount))
        let opened = try OpenedStudy(
            folder, file: input.file, text: input.text, plan: input.plan, dataDigest: input.data.digest,
            dataFolder: input.absoluteFolder, program: "winnow \(Program.version)", unix: StudyClock().now.unix)
        log.bootstrap()
        var logger = Logger(label: "winnow.coordinator")
        logger[metadataKey: "study"] = .string(folder.path)
        let provenance = Provenance(experiment: input.text, resolved: input.file.resolvedYAML())
        let isOver = opened.state.trials.allSatisfy(\.isOver)
        let display: any StudyDisplay =
            log.drawsOnTerminal
            ? LiveDisplay(input.file.experiment, level: log.logLevel.level)
            : EventLines(
                input.file.experiment, logger: logger, format: log.format, stream: LogOptions.stream)
        let coordinator = try Coordinator(
            opened, file: input.file, listener: listener, settings: settings, provenance: provenance,
            program: "winnow \(Program.version)", data: try input.dataFiles(),
            workers: isOver ? nil : workers, observe: display.show)
        greet(opened, at: listener.endpoint, access, isLocal: workers != nil, isOver: isOver, logger)
        for repair in opened.repairs {
            logger.warning("\(repair)")
        }
        if !opened.begunAnew.isEmpty {
            let count = opened.begunAnew.count
            logger.warning(
                """
                \(count) completed trial\(count == 1 ? " is" : "s are") to be trained to epoch \
                \(input.file.experiment.train.epochs), and \(count == 1 ? "begins" : "begin") anew at epoch 1: \
                last.h5 is gone, which checkpoint.keep_last: true would have kept
                """)
        }
        let end = try run(coordinator, display)
        try conclude(end, coordinator.study)
    }

    private func run(_ coordinator: Coordinator, _ display: any StudyDisplay) throws -> StudyEnd {
        // Its last lines come before the error that ends it.
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
        let what = "\(folder.path): \(state.trials.count) trials"
        if isOver {
            logger.notice("\(what), all of them over: nothing to train")
        } else if opened.isContinued {
            logger.notice("\(what), \(done) of them over: going on")
        } else {
            logger.notice("\(what)")
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

    private func conclude(_ end: StudyEnd, _ state: StudyState) throws {
        let results = StudyResults(folder: folder, rule: input.file.experiment.train.select, state: state)
        print(json ? try results.json() : results.table(columns: Terminal.output.columns), terminator: "")
        if end == .interrupted {
            throw Failure(.interrupted, "interrupted; to go on: \(command)")
        }
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
