import ArgumentParser
import Coordinator
import Messaging

struct CoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Gives an experiment's trials to workers that connect, until all are done.",
        discussion: """
            Start any number of workers with the same address, before or after. Connections are not encrypted: the \
            coordinator listens on this machine only (ipc:// or a loopback address).

            Example: winnow coordinator Examples/mnist.yaml --bind tcp://127.0.0.1:5555
            """)

    @OptionGroup var experiment: ExperimentOptions

    @Option(help: "Where to listen: tcp://127.0.0.1:PORT (0 takes a free one), or ipc://PATH.")
    var bind: String

    @OptionGroup var output: StudyOptions
    @OptionGroup(title: "Patience") var leases: LeaseOptions
    @OptionGroup(title: "Logging") var log: LogOptions

    func run() throws {
        try Failure.translating {
            let endpoint = try Endpoint(bind)
            guard endpoint.isLocal else {
                throw Failure(
                    .usage,
                    "\(bind): connections are not encrypted; bind a loopback address, such as tcp://127.0.0.1:5555")
            }
            let input = try ExperimentInput(experiment)
            try StudySession(
                input, output, log: log,
                command: "winnow coordinator \(experiment.commandLine) --bind \(bind)" + leases.commandLine
            ).run(at: endpoint, settings: leases.settings(for: input.file.experiment), workers: nil)
        }
    }
}
