import ArgumentParser
import Console
import Experiments
import Search
import Studies
import StudyStore

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Decides a study again from its journal, and compares each decision of the search with the recorded one.",
        discussion: """
            A search decides by the study's history alone: the same history leads to the same trials, pauses and ends. \
            Exit code 1 says that a decision would be another one now: the experiment's search, budget or seeds were \
            changed when the study was continued, or another version of winnow decided.

            Example: winnow replay studies/mnist
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    func run() throws {
        try Interruptible.run {
            let folder = StudyFolder(study)
            let resolved = try StoredText.read(folder.resolvedPath, of: folder)
            let experiment = try ExperimentFile(text: resolved, name: folder.resolvedPath).experiment
            var replay = StudyReplay(experiment, TrialPlan(experiment.search, seed: experiment.seed))
            var lines = JournalLines()
            for record in try Journal.read(folder) {
                try replay.add(record)
                let line = lines.text(record)
                guard let difference = replay.difference else { continue }
                print("\(study): \(replay.decisions) decisions are the same, then record \(difference.record) is not")
                print("recorded: \(line)")
                let now = difference.expected.map { lines.text(.decided(.init($0))) }
                print("now:      \(now ?? "nothing is decided")")
                throw Failure(.failed, "\(study): the search would decide otherwise now")
            }
            print("\(study): all \(replay.decisions) decisions are the same")
        }
    }
}
