import ArgumentParser
import Coordinator
import Experiments
import Studies
import Glibc
import StudyStore
import Schema

/// Sends requests to a study's coordinator, and waits for their completion.
struct StudySteering {
    /// The study's folder as the user wrote it.
    let name: String
    private let client: ControlClient

    /// - Throws: ``ControlError`` if no coordinator is running, ``StudyStoreError`` if the folder is not a study.
    init(_ study: String) throws {
        let folder = StudyFolder(study)
        name = folder.path
        do {
            client = try ControlClient(folder)
        } catch let error as ControlError {
            // Throws another error if the folder is not a study.
            _ = try StudyReader(folder)
            throw error
        }
    }

    func status() throws -> CoordinatorStatus {
        guard case .status(let status) = try client.ask(.status) else {
            throw ControlError.misunderstood(folder: name, reason: "no status")
        }
        return status
    }

    func tell(_ kind: ControlRequest.Kind) throws {
        do {
            _ = try client.ask(kind)
        } catch ControlError.nobody where kind == .stop {
            // It had nothing to wait for, and ended before it answered.
        }
    }

    /// Waits until `isDone` accepts the coordinator's status. Disk trouble, which may prolong the wait, is reported once.
    ///
    /// - Throws: ``Failure`` if the coordinator ends first.
    func wait(_ word: String, _ isDone: (CoordinatorStatus) -> Bool) throws {
        var hasTold = false
        while true {
            let status: CoordinatorStatus
            do {
                status = try self.status()
            } catch ControlError.nobody {
                throw Failure(.unreachable, "\(name): its coordinator ended before the study was \(word)")
            }
            if isDone(status) { return }
            if let trouble = status.diskTrouble, !hasTold {
                hasTold = true
                say("waiting for its disk: \(trouble)")
            }
            usleep(100_000)
        }
    }

    func waitForEnd() throws { while client.isAnybodyThere { usleep(50_000) } }

    /// Prints a line about the study.
    func say(_ words: String) { Terminal.errors.line("\(name): \(words)") }

    func say(waitingFor running: Int) {
        if running > 0 { say("waiting for \(Self.count(running)) to be saved") }
    }

    static func count(_ trials: Int) -> String { "\(trials) trial\(trials == 1 ? "" : "s")" }
}

struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Saves all running trials, and hands out none until `unpause`.",
        discussion: """
            Returns when no trial is running. The workers stay connected. The pause outlives the coordinator.

            Example: winnow pause studies/mnist
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    func run() throws {
        try Interruptible.run {
            let steering = try StudySteering(study)
            let before = try steering.status()
            guard before.draining == nil else {
                throw Failure(.unreachable, "\(steering.name): is ending already, there is nothing to pause")
            }
            try steering.tell(.pause)
            steering.say(waitingFor: before.trials.running)
            try steering.wait("paused") { $0.isPaused && $0.trials.running == 0 && $0.diskTrouble == nil }
            let word = before.isPaused ? "was paused already" : "paused"
            steering.say("\(word), nothing runs; to go on: winnow unpause \(ExperimentOptions.quoted(steering.name))")
        }
    }
}

struct UnpauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpause",
        abstract: "Resumes a paused study.",
        discussion: """
            Example: winnow unpause studies/mnist
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    func run() throws {
        try Interruptible.run {
            let steering = try StudySteering(study)
            let before = try steering.status()
            try steering.tell(.unpause)
            try steering.wait("unpaused") { !$0.isPaused && $0.diskTrouble == nil }
            steering.say(before.isPaused ? "goes on" : "was not paused")
        }
    }
}

struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Saves all running trials, and ends the study's coordinator and its workers.",
        discussion: """
            Like SIGTERM or Ctrl-C to the coordinator, which then ends with exit code 75. Returns when it has ended.

            Example: winnow stop studies/mnist
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    func run() throws {
        try Interruptible.run {
            let steering = try StudySteering(study)
            let before = try steering.status()
            try steering.tell(.stop)
            steering.say(waitingFor: before.trials.running)
            try steering.waitForEnd()
            let state = try StudyReader(StudyFolder(study)).state
            let over = state.trials.count(where: \.isOver)
            // Those that nobody had asked for yet are not created.
            let all = max(state.trials.count, before.trials.all)
            steering.say(
                "stopped, \(over) of \(StudySteering.count(all)) over"
                    + (over < all ? "; the command that began it goes on where it is" : ""))
        }
    }
}
