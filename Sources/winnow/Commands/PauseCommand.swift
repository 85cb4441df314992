import ArgumentParser
import Coordinator
import StudyStore
import Wire

struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Has all running trials saved and handed back, and gives none out until `unpause`.",
        discussion: """
            Returns when nothing runs any more. The workers stay connected. A pause outlives the coordinator.

            Example: winnow pause studies/mnist
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    func run() throws {
        try Failure.translating {
            try Interruptible.run {
                let steering = try StudySteering(study)
                let before = try steering.status()
                guard before.draining == nil else {
                    throw Failure(.unreachable, "\(steering.name): is ending already, there is nothing to pause")
                }
                try steering.tell(.pause)
                if before.trials.running > 0 {
                    Terminal.errors.line(
                        "\(steering.name): waiting for \(steering.count(before.trials.running)) to be saved")
                }
                try steering.wait("paused") { $0.isPaused && $0.trials.running == 0 && $0.diskTrouble == nil }
                let word = before.isPaused ? "was paused already" : "paused"
                Terminal.errors.line(
                    "\(steering.name): \(word), nothing runs; to go on: winnow unpause \(steering.quotedName)")
            }
        }
    }
}
