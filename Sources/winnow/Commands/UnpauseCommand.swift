import ArgumentParser
import Coordinator
import StudyStore
import Wire

struct UnpauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpause",
        abstract: "Gives out the trials of a paused study again.",
        discussion: """
            Example: winnow unpause studies/mnist
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    func run() throws {
        try Failure.translating {
            try Interruptible.run {
                let steering = try StudySteering(study)
                let before = try steering.status()
                try steering.tell(.unpause)
                try steering.wait("unpaused") { !$0.isPaused && $0.diskTrouble == nil }
                Terminal.errors.line("\(steering.name): \(before.isPaused ? "goes on" : "was not paused")")
            }
        }
    }
}
