import ArgumentParser
import Experiments
import Glibc
import Logging
import Messaging
import Wire
import Worker

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Trains trials for a coordinator, until it has no more.",
        discussion: """
            Workers may come and go at any time. SIGTERM or Ctrl-C: saves what is being trained, hands it back, and ends \
            with exit code 75 within five seconds; a second one ends it at once. \
            WINNOW_KERNELS=onednn in the environment leaves convolutions and matrix products to oneDNN.

            Example: winnow worker tcp://127.0.0.1:5555 --slots 2
            """)

    @Argument(help: "The coordinator's address, as its --bind says.")
    var endpoint: String

    @Option(help: "How many trials to train at a time; each takes one core.")
    var slots = 1

    @Option(
        help: ArgumentHelp(
            "Where data are kept that had to be fetched from the coordinator; workers share it. "
                + "(default: $XDG_CACHE_HOME/winnow/data, or ~/.cache/winnow/data)", valueName: "dir"),
        completion: .directory)
    var dataDir: String?

    @Option(
        help: ArgumentHelp(
            "Where an experiment's relative paths to data start from, if the data are on this machine; what is not "
                + "there, or is other data, is fetched.", valueName: "dir"),
        completion: .directory)
    var localData = "."

    @Option(
        help: ArgumentHelp(
            "Where results and checkpoints wait until the coordinator has them; needs a folder with room for several "
                + "checkpoints of each slot. (default: $TMPDIR, or /tmp)", valueName: "dir"),
        completion: .directory)
    var spool: String?

    @Option(
        help: ArgumentHelp(
            "How long to look for the coordinator, at the start and when it is lost with nothing in hand.",
            valueName: "seconds"))
    var connectTimeout = 30

    @Option(
        help: ArgumentHelp(
            "How long to look for a lost coordinator while training, or with results that it lacks; never shorter than "
                + "--connect-timeout.", valueName: "90s|5m|2h"))
    var returnTimeout = DurationArgument(WorkerSettings().returnTimeout)

    @Option(help: ArgumentHelp("Ends after so many trials. (default: as many as there are)", valueName: "trials"))
    var count: Int?

    @Option(
        help: ArgumentHelp(
            "Ends when there has been nothing to train for so long. (default: waits for ever)", valueName: "90s|5m|2h"))
    var idleTimeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Saves, hands back and ends after so long, with exit code 75: for queues that kill. (default: no limit)",
            valueName: "90s|5m|2h"))
    var timeLimit: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "What this worker has and an experiment may require: gpu,bigmem", valueName: "tags"))
    var tags: TagsArgument?

    @OptionGroup(title: "Logging") var log: LogOptions

    @OptionGroup(title: "Security") var keys: WorkerKeyOptions

    @Flag(help: .hidden)
    var untilInputCloses = false

    func validate() throws {
        guard count ?? 1 > 0 else { throw ValidationError("--count must be at least 1") }
        guard slots > 0 else { throw ValidationError("--slots must be at least 1") }
        guard connectTimeout > 0 else { throw ValidationError("--connect-timeout must be at least 1 second") }
    }

    func run() throws {
        try Failure.translating {
            var settings = WorkerSettings()
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
            var worker: Worker? = try Worker(
                endpoint: Endpoint(endpoint),
                // The coordinator that has started this worker is alone with it.
                security: untilInputCloses ? .none : try keys.security(), settings: settings, hello: hello,
                cache: DataCache(folder: localData, store: DataStore(folder: dataDir ?? DataStore.standardFolder)),
                spoolParent: spool ?? Spool.standardParent, watchedInput: untilInputCloses ? STDIN_FILENO : nil)
            worker!.observe = WorkerLines(logger: logger).show
            let end = try worker!.run()
            let failure = failure(of: end, trouble: worker!.trouble, leftovers: worker!.leftovers)
            let hasThreads = worker!.hasThreads
            // With it goes its connection, when the last words have left or their time is over.
            worker = nil
            if hasThreads {
                // What a usual end tears down is still being used.
                if let failure { Terminal.errors.line("winnow: \(failure.message)") }
                _exit(failure?.code.rawValue ?? 0)
            }
            if let failure { throw failure }
        }
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
