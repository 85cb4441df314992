import ArgumentParser
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

    @Option(help: "Where relative paths to data start from.", completion: .directory)
    var dataDir = "."

    @Option(help: ArgumentHelp("How long to look for the coordinator.", valueName: "seconds"))
    var connectTimeout = 30

    @Option(help: ArgumentHelp("Ends after so many trials. (default: as many as there are)", valueName: "trials"))
    var count: Int?

    @Option(
        help: ArgumentHelp(
            "Ends when there has been nothing to train for so long. (default: waits for ever)", valueName: "duration"))
    var idleTimeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Saves, hands back and ends after so long, with exit code 75: for queues that kill. (default: no limit)",
            valueName: "duration"))
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
            settings.count = count
            settings.idleTimeout = idleTimeout?.duration
            settings.timeLimit = timeLimit?.duration
            log.bootstrap()
            var hello = try WorkerMessage.Hello.ofThisProcess(program: Program.version, slots: slots)
            hello.tags = tags?.tags ?? []
            var logger = Logger(label: "winnow.worker")
            logger[metadataKey: "worker"] = .string(hello.worker)
            let worker = try Worker(
                endpoint: Endpoint(endpoint),
                // The coordinator that has started this worker is alone with it.
                security: untilInputCloses ? .none : try keys.security(), settings: settings,
                hello: hello, cache: DataCache(folder: dataDir),
                watchedInput: untilInputCloses ? STDIN_FILENO : nil)
            worker.observe = WorkerLines(logger: logger).show
            switch try worker.run() {
            case .finished: break
            case .interrupted:
                throw Failure(.interrupted, "interrupted; what was being trained is saved and handed back")
            case .orphaned: throw Failure(.unreachable, "the coordinator has ended")
            case .unreachable:
                throw Failure(
                    .unreachable,
                    "\(endpoint): "
                        + keys.explanation(
                            worker.trouble, "no coordinator answered within \(connectTimeout) s; is it running there?"))
            case .refused(let reason): throw Failure(.failed, "\(endpoint): \(reason)")
            }
        }
    }
}
