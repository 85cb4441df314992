import ArgumentParser
import Coordinator
import Experiments
import Studies
import Messaging

struct CoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Hands out an experiment's trials to workers that connect, until all are done.",
        discussion: """
            Start any number of workers with the same address, before or after. Workers on other machines need keys, \
            and so does the coordinator: winnow keygen makes them, and Docs/security.md describes their use.

            Example: winnow coordinator Examples/mnist.yaml --bind tcp://127.0.0.1:5555
            Example: winnow coordinator Examples/mnist.yaml --bind tcp://0.0.0.0:5555 --key coordinator.key \
            --authorized-workers workers.pub
            """)

    @OptionGroup var experiment: ExperimentOptions

    @Option(help: "Where to listen: tcp://ADDRESS:PORT (0 takes a free one), or ipc://PATH.")
    var bind: String

    @OptionGroup(title: "Security") var keys: CoordinatorKeyOptions

    @OptionGroup var output: StudyOptions
    @OptionGroup(title: "Patience") var leases: LeaseOptions
    @OptionGroup(title: "Logging") var log: LogOptions

    func run() throws {
        let endpoint = try Endpoint(bind)
        let access = try keys.access(at: endpoint)
        let input = try ExperimentInput(experiment, isConfirmed: output.yes)
        try StudySession(
            input, output, log: log,
            command: "winnow coordinator \(experiment.commandLine) --bind \(bind)" + keys.commandLine
                + leases.commandLine
        ).run(
            at: endpoint, access: access, settings: leases.settings(for: input.file.experiment), workers: nil)
    }
}

/// A coordinator's timeouts for its workers, and its behaviour when the disk is full.
struct LeaseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Heartbeat interval of both sides.", valueName: "90s|5m|2h"))
    var heartbeat = DurationArgument(PoolSettings().heartbeat)

    @Option(
        help: ArgumentHelp(
            "How long a worker may be silent before it is shown as suspect, and gets no new trials.",
            valueName: "90s|5m|2h"))
    var suspectAfter = DurationArgument(PoolSettings().suspectAfter)

    @Option(
        help: ArgumentHelp(
            "How long a worker may be silent before its trials go to others, and how long a new coordinator waits for "
                + "the workers of the last one.", valueName: "90s|5m|2h"))
    var lease = DurationArgument(PoolSettings().lease)

    @Option(
        help: ArgumentHelp(
            "How long a trial may make no progress while its worker sends heartbeats, before it is taken back.",
            valueName: "90s|5m|2h"))
    var progressLimit = DurationArgument(PoolSettings().progressLimit)

    @Option(
        help: ArgumentHelp(
            "How many lost or hung workers fail a trial; preemption does not count."))
    var maxAttempts = StudySettings().maximumFailedAttempts

    @Flag(help: "Ends with exit code 74 when the disk is full, instead of waiting for room.")
    var noWaitForDisk = false

    func validate() throws {
        guard heartbeat.duration < suspectAfter.duration else {
            throw ValidationError(
                "--heartbeat (\(heartbeat)) must be shorter than --suspect-after (\(suspectAfter)): otherwise every "
                    + "worker is suspect between two heartbeats")
        }
        guard suspectAfter.duration < lease.duration else {
            throw ValidationError("--suspect-after (\(suspectAfter)) must be shorter than --lease (\(lease))")
        }
        guard heartbeat.duration >= .milliseconds(10) else {
            throw ValidationError("--heartbeat must be at least 10ms")
        }
        guard lease.duration <= .seconds(24 * 3600) else { throw ValidationError("--lease must be at most 24h") }
        guard maxAttempts > 0 else { throw ValidationError("--max-attempts must be at least 1") }
    }

    /// The options that differ from their defaults, for a command line.
    var commandLine: String {
        let usual = CoordinatorSettings()
        let durations = [
            ("--heartbeat", heartbeat, usual.pool.heartbeat),
            ("--suspect-after", suspectAfter, usual.pool.suspectAfter),
            ("--lease", lease, usual.pool.lease), ("--progress-limit", progressLimit, usual.pool.progressLimit),
        ]
        var words = durations.filter { $0.1.duration != $0.2 }.map { " \($0.0) \($0.1)" }
        if maxAttempts != usual.study.maximumFailedAttempts { words.append(" --max-attempts \(maxAttempts)") }
        if noWaitForDisk { words.append(" --no-wait-for-disk") }
        return words.joined()
    }

    /// The coordinator's settings by these options and the experiment.
    func settings(for experiment: Experiment) -> CoordinatorSettings {
        var settings = CoordinatorSettings()
        settings.pool.heartbeat = heartbeat.duration
        settings.pool.suspectAfter = suspectAfter.duration
        settings.pool.lease = lease.duration
        settings.pool.grace = lease.duration
        settings.pool.progressLimit = progressLimit.duration
        settings.study.maximumFailedAttempts = maxAttempts
        settings.study.waitsForDisk = !noWaitForDisk
        settings.study.requiredTags = experiment.requires
        settings.study.checkpointBudget = experiment.checkpoint.budget
        settings.study.keepsLast = experiment.checkpoint.keepLast
        settings.study.terms = StudyTerms(experiment)
        if case .command(let program) = experiment.program {
            settings.pool.drainLimit += program.stop.grace
            settings.study.model = .last
        }
        return settings
    }
}

/// A duration in the notation of experiment files: `90s`, `5m`, `2h`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard let duration = Duration(spelling: argument), duration > .zero else { return nil }
        self.duration = duration
    }

    var description: String { duration.spelling }
    var defaultValueDescription: String { duration.spelling }
}
