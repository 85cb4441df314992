import ArgumentParser
import Coordinator
import Experiments
import Messaging

struct CoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Gives an experiment's trials to workers that connect, until all are done.",
        discussion: """
            Start any number of workers with the same address, before or after. Workers of other machines need keys, \
            and so does the coordinator: winnow keygen makes them, and Docs/security.md tells how they are used.

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
        try Failure.translating {
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
}
