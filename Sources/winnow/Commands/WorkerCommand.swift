import ArgumentParser
import Console
import Experiments
import Studies
import Glibc
import Logging
import Messaging
import Processes
import Schema
import Worker

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Trains trials for a coordinator, until it has no more.",
        discussion: """
            Workers may join and leave at any time. On SIGTERM or Ctrl-C, a worker saves its trials, hands them back, and \
            ends with exit code 75 within five seconds; on a second one, it ends at once. \
            WINNOW_KERNELS=onednn in the environment leaves convolutions and matrix products to oneDNN.

            Example: winnow worker tcp://127.0.0.1:5555 --slots 2
            """)

    @Argument(help: "The coordinator's address, as in its --bind.")
    var endpoint: String

    @Option(
        help: ArgumentHelp(
            "How many trials to run at a time. (default: one per processor that this process may use: affinity, cpuset and "
                + "CPU quota count; with --gpus, as many as the GPUs suffice for)", valueName: "trials"))
    var slots: Int?

    @Option(
        help: ArgumentHelp(
            "The GPUs that programs may use: all, or numbers with commas, which count within CUDA_VISIBLE_DEVICES where that "
                + "is set. (default: none)", valueName: "all|0,2"))
    var gpus: String?

    @Option(
        help: ArgumentHelp(
            "How many GPUs a slot is reckoned with; a fraction shares one. What a trial gets is what its experiment's "
                + "program.needs.gpus says.", valueName: "gpus"))
    var gpusPerTrial = 1.0

    @Flag(help: "Runs no programs, only Winnow's own training: nothing that a study brings along is executed.")
    var noPrograms = false

    @Option(
        help: ArgumentHelp(
            "The cache for data fetched from the coordinator; workers share it. "
                + "(default: $XDG_CACHE_HOME/winnow/data, or ~/.cache/winnow/data)", valueName: "dir"),
        completion: .directory)
    var dataDir: String?

    @Option(
        help: ArgumentHelp(
            "The base of an experiment's relative data paths, if the data are on this machine; missing or different data "
                + "are fetched.", valueName: "dir"),
        completion: .directory)
    var localData = "."

    @Option(
        help: ArgumentHelp(
            "The folder where results and checkpoints wait until the coordinator has them; needs room for several "
                + "checkpoints of each slot. (default: $TMPDIR, or /tmp)", valueName: "dir"),
        completion: .directory)
    var spool: String?

    @Option(
        help: ArgumentHelp(
            "How long to try to connect to the coordinator, at the start and after losing it without work in hand.",
            valueName: "seconds"))
    var connectTimeout = 30

    @Option(
        help: ArgumentHelp(
            "How long to try to reconnect while training, or with results that the coordinator lacks; never shorter than "
                + "--connect-timeout.", valueName: "90s|5m|2h"))
    var returnTimeout = DurationArgument(WorkerSettings().returnTimeout)

    @Option(help: ArgumentHelp("Ends after this many trials. (default: no limit)", valueName: "trials"))
    var count: Int?

    @Option(
        help: ArgumentHelp(
            "Ends after this long without a trial. (default: never)", valueName: "90s|5m|2h"))
    var idleTimeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Saves, hands back and ends after this long, with exit code 75: for batch queues with a time limit. (default: none)",
            valueName: "90s|5m|2h"))
    var timeLimit: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Tags that an experiment may require of its workers: gpu,bigmem", valueName: "tags"))
    var tags: TagsArgument?

    @OptionGroup(title: "Logging") var log: LogOptions

    @OptionGroup(title: "Security") var keys: WorkerKeyOptions

    @Flag(help: .hidden)
    var untilInputCloses = false

    func validate() throws {
        guard count ?? 1 > 0 else { throw ValidationError("--count must be at least 1") }
        guard slots ?? 1 > 0 else { throw ValidationError("--slots must be at least 1") }
        guard gpusPerTrial > 0, gpusPerTrial.isFinite else {
            throw ValidationError("--gpus-per-trial must be above 0")
        }
        guard gpus == nil || gpuNames != nil else { throw ValidationError(GPUList.mistake) }
        guard connectTimeout > 0 else { throw ValidationError("--connect-timeout must be at least 1 second") }
    }

    /// The GPUs by the names that CUDA knows; nil where `--gpus` says none, or is wrong.
    private var gpuNames: [String]? { gpus.flatMap { GPUList.read($0) } }

    private var slotCount: Int {
        slots ?? gpuNames.map { max(1, Int((Double($0.count) / gpusPerTrial).rounded(.down))) }
            ?? ProcessorAllowance.count
    }

    func run() throws {
        var settings = WorkerSettings()
        let slots = slotCount
        settings.slots = slots
        settings.connectTimeout = .seconds(connectTimeout)
        settings.returnTimeout = returnTimeout.duration
        settings.count = count
        settings.idleTimeout = idleTimeout?.duration
        settings.timeLimit = timeLimit?.duration
        log.bootstrap()
        var hello = try WorkerMessage.Hello.ofThisProcess(program: Program.version, slots: slots)
        hello.tags = tags?.tags ?? []
        var logger = Logger(label: "winnow.worker")
        logger[metadataKey: "worker"] = .string(hello.worker)
        let cache = DataCache(folder: localData, store: DataStore(folder: dataDir ?? DataStore.standardFolder))
        var worker: Worker? = try Worker(
            endpoint: Endpoint(endpoint),
            // The coordinator that started this worker connects through a private socket.
            security: untilInputCloses ? .none : try keys.security(), settings: settings, hello: hello,
            cache: cache,
            programs: ProgramRunner(cache, devices: Devices(gpus: gpuNames ?? []), isAllowed: !noPrograms),
            spoolParent: spool ?? Spool.standardParent, watchedInput: untilInputCloses ? STDIN_FILENO : nil)
        worker!.observe = WorkerLines(logger: logger).show
        let end = try worker!.run()
        let failure = failure(of: end, trouble: worker!.trouble, leftovers: worker!.leftovers)
        let hasThreads = worker!.hasThreads
        // Closes the connection, after the last messages have left or their time is over.
        worker = nil
        if hasThreads {
            // A thread still uses what a normal exit would tear down.
            if let failure { Terminal.errors.line("winnow: \(failure.message)") }
            _exit(failure?.code.rawValue ?? 0)
        }
        if let failure { throw failure }
    }

    private func failure(
        of end: WorkerEnd, trouble: ConnectionTrouble?, leftovers: WorkerLeftovers?
    ) -> Failure? {
        let saved = leftovers?.description ?? "what was being trained is saved and handed back"
        return switch end {
        case .finished, .countReached, .idle: nil
        case .interrupted: Failure(.interrupted, "interrupted; \(saved)")
        case .timeLimit: Failure(.interrupted, "the time limit is over; \(saved)")
        case .orphaned: Failure(.unreachable, "the coordinator has ended")
        case .unreachable(let limit):
            Failure(
                .unreachable,
                "\(endpoint): "
                    + keys.explanation(
                        trouble, "no coordinator answered within \(limit.spelling); is it running there?")
                    + (leftovers.map { "; \($0.description)" } ?? ""))
        case .refused(let reason):
            Failure(.failed, "\(endpoint): \(reason)" + (leftovers.map { "; \($0.description)" } ?? ""))
        case .noData(let reason): Failure(.disk, reason + (leftovers.map { "; \($0.description)" } ?? ""))
        case .stuck(let id):
            Failure(
                .stuck,
                "trial \(id.trial) was taken away, but its thread does not stop; "
                    + (leftovers?.description ?? "the others are saved and handed back"))
        }
    }
}

/// Comma-separated tags: `gpu,bigmem`.
struct TagsArgument: ExpressibleByArgument {
    let tags: [String]

    init?(argument: String) {
        guard let tags = WorkerTags.read(argument) else { return nil }
        self.tags = tags
    }
}

/// Writes a worker's events through swift-log.
struct WorkerLines {
    let logger: Logger

    func show(_ event: WorkerEvent) { logger.log(level: level(event), "\(words(event))", metadata: metadata(event)) }

    private func level(_ event: WorkerEvent) -> Logger.Level {
        switch event {
        case .connected, .trialTaken, .trialFinished, .fetchingData: .info
        case .reconnected, .trialHandedBack, .trialRecalled, .draining, .spoolRecovered: .notice
        case .lost, .trialAbandoned, .spoolFull, .messageRefused: .warning
        case .refused: .error
        }
    }

    private func words(_ event: WorkerEvent) -> String {
        switch event {
        case .connected(let study, _): "connected to the coordinator of \(study)"
        case .lost: "the coordinator is not heard any more: training goes on, what comes out is kept until it is back"
        case .reconnected(_, let generation, let isNew):
            isNew ? "connected to the new coordinator (generation \(generation))" : "connected to the coordinator again"
        case .refused(let reason): "the coordinator refuses this worker: \(reason)"
        case .trialTaken(let id, let epoch):
            "trial \(id.trial) taken" + (epoch > 0 ? ", to go on after epoch \(epoch)" : "")
        case .trialFinished(let outcome):
            outcome.state == .completed
                ? "trial \(outcome.id.trial) done after epoch \(outcome.stopEpoch)"
                : "trial \(outcome.id.trial) failed: \(outcome.error ?? "no reason was given")"
        case .trialHandedBack(let id): "trial \(id.trial) saved and handed back"
        case .trialAbandoned(let id): "trial \(id.trial) abandoned: it is another worker's now"
        case .trialRecalled(let id): "trial \(id.trial) is to be saved and handed back: the study is paused"
        case .draining(.finished): "the study is finished"
        case .draining(.interrupted): "the coordinator is stopping: saving what is trained"
        case .fetchingData(_, let bytes): "the trial's data are not here: fetching them (\(bytes) bytes in all)"
        case .spoolFull(let reason):
            "the spool takes nothing more: \(reason); training goes on without new checkpoints: make room, "
                + "or choose another folder with --spool"
        case .spoolRecovered: "the spool takes checkpoints again"
        case .messageRefused(let reason): "a message was refused: \(reason)"
        }
    }

    private func metadata(_ event: WorkerEvent) -> Logger.Metadata {
        switch event {
        case .connected(let study, let generation), .reconnected(let study, let generation, _):
            ["study": .string(study), "generation": .stringConvertible(generation)]
        case .trialTaken(let id, let epoch):
            id.logMetadata.merging(["from_epoch": .stringConvertible(epoch)]) { $1 }
        case .trialFinished(let outcome):
            outcome.id.logMetadata.merging(["state": .string(outcome.state.rawValue)]) { $1 }
        case .trialHandedBack(let id), .trialAbandoned(let id), .trialRecalled(let id): id.logMetadata
        case .fetchingData(let digest, let bytes):
            ["data": .string(digest), "bytes": .stringConvertible(bytes)]
        case .spoolFull(let reason), .messageRefused(let reason): ["reason": .string(reason)]
        case .refused(let reason): ["reason": .string(reason)]
        case .draining(let reason): ["reason": .string(reason.rawValue)]
        case .lost, .spoolRecovered: [:]
        }
    }
}
