import ArgumentParser
import Coordinator
import Experiments
import StudyStore
import Wire

struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Has all running trials saved, and ends the study's coordinator and its workers.",
        discussion: """
            The same as SIGTERM or Ctrl-C to the coordinator, which then ends with exit code 75. Returns when it has ended.

            Example: winnow stop studies/mnist
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    func run() throws {
        try Failure.translating {
            try Interruptible.run {
                let steering = try StudySteering(study)
                let before = try steering.status()
                try steering.tell(.stop)
                if before.trials.running > 0 {
                    Terminal.errors.line(
                        "\(steering.name): waiting for \(steering.count(before.trials.running)) to be saved")
                }
                try steering.waitForEnd()
                let state = try StudyReader(StudyFolder(study)).state
                let over = state.trials.count(where: \.isOver)
                Terminal.errors.line(
                    "\(steering.name): stopped, \(over) of \(steering.count(state.trials.count)) over"
                        + (over < state.trials.count ? "; the command that began it goes on where it is" : ""))
            }
        }
    }
}
