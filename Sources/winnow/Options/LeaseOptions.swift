import ArgumentParser
import Coordinator
import Experiments

/// How patient a coordinator is with its workers and its disk.
struct LeaseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Heartbeat interval of both sides.", valueName: "90s|5m|2h"))
    var heartbeat = DurationArgument(CoordinatorSettings().heartbeat)

    @Option(
        help: ArgumentHelp(
            "How long a worker may be silent before it is shown as suspect, and given nothing new.",
            valueName: "90s|5m|2h"))
    var suspectAfter = DurationArgument(CoordinatorSettings().suspectAfter)

    @Option(
        help: ArgumentHelp(
            "How long a worker may be silent before its trials go to others, and how long a new coordinator waits for "
                + "the workers of the last one.", valueName: "90s|5m|2h"))
    var lease = DurationArgument(CoordinatorSettings().lease)

    @Option(
        help: ArgumentHelp(
            "How long a training may stand still while its worker's heart beats before it is taken back.",
            valueName: "90s|5m|2h"))
    var progressLimit = DurationArgument(CoordinatorSettings().progressLimit)

    @Option(
        help: ArgumentHelp(
            "A trial that fails so often through its workers (lost, or hung) is failed; preemption does not count."))
    var maxAttempts = CoordinatorSettings().maximumFailedAttempts

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

    /// The words that give the same again; nothing where all is as usual.
    var commandLine: String {
        let usual = CoordinatorSettings()
        let durations = [
            ("--heartbeat", heartbeat, usual.heartbeat), ("--suspect-after", suspectAfter, usual.suspectAfter),
            ("--lease", lease, usual.lease), ("--progress-limit", progressLimit, usual.progressLimit),
        ]
        var words = durations.filter { $0.1.duration != $0.2 }.map { " \($0.0) \($0.1)" }
        if maxAttempts != usual.maximumFailedAttempts { words.append(" --max-attempts \(maxAttempts)") }
        if noWaitForDisk { words.append(" --no-wait-for-disk") }
        return words.joined()
    }

    /// Settings as these options have them, for an experiment's needs.
    func settings(for experiment: Experiment) -> CoordinatorSettings {
        var settings = CoordinatorSettings()
        settings.heartbeat = heartbeat.duration
        settings.suspectAfter = suspectAfter.duration
        settings.lease = lease.duration
        settings.grace = lease.duration
        settings.progressLimit = progressLimit.duration
        settings.maximumFailedAttempts = maxAttempts
        settings.waitsForDisk = !noWaitForDisk
        settings.requiredTags = experiment.requires
        settings.checkpointBudget = experiment.checkpoint.budget
        settings.keepsLast = experiment.checkpoint.keepLast
        settings.terms = StudyTerms(experiment)
        return settings
    }
}
