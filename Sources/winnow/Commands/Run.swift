import ArgumentParser
import Compute
import Coordinator
import Experiments
import Messaging
import Search

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains an experiment on this machine: a coordinator and its workers, in one go.",
        discussion: """
            A study that was interrupted goes on where it stopped; one that is finished is shown, and nothing is \
            trained twice. Ctrl-C saves what is being trained. WINNOW_KERNELS=onednn in the environment leaves \
            convolutions and matrix products to oneDNN.

            Example: winnow run Examples/mnist.yaml --workers 2
            Example: winnow run studies/mnist
            """)

    @OptionGroup var experiment: ExperimentOptions

    @Option(
        help:
            "Worker processes, one trial each at a time. (default: one per processor that this process may use: affinity, cpuset and CPU quota count)"
    )
    var workers: Int?

    @OptionGroup var output: StudyOptions
    @OptionGroup(title: "Patience") var leases: LeaseOptions
    @OptionGroup(title: "Logging") var log: LogOptions

    func validate() throws {
        guard workers ?? 1 > 0 else { throw ValidationError("--workers must be at least 1") }
    }

    func run() throws {
        try Failure.translating {
            // The workers would refuse a wrong environment too, but one by one, and after the study has been opened.
            _ = try ComputeBackend.current()
            let input = try ExperimentInput(experiment, isConfirmed: output.yes)
            let socket = try SocketFolder()
            defer { socket.remove() }
            let open = input.plan.count
            let local = LocalWorkers(
                executable: CommandLine.executablePath,
                count: min(workers ?? ProcessorAllowance.count, max(open, 1)),
                arguments: ["--local-data", input.folder] + log.commandLine
                    + (input.file.experiment.requires.isEmpty
                        ? [] : ["--tags", input.file.experiment.requires.joined(separator: ",")]))
            var settings = leases.settings(for: input.file.experiment)
            // The workers of this command end with it: nobody can come back with a trial of an earlier run.
            settings.grace = .zero
            try StudySession(
                input, output, log: log,
                command: "winnow run \(experiment.commandLine)" + (workers.map { " --workers \($0)" } ?? "")
                    + leases.commandLine
            )
            .run(at: socket.endpoint, settings: settings, workers: local)
        }
    }
}
