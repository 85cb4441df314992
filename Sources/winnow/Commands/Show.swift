import ArgumentParser
import StudyStore

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints one trial of a study: its parameters, every epoch, and how it ended.",
        discussion: """
            Example: winnow show studies/mnist 2
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Argument(help: "The trial's number.")
    var trial: Int

    @Flag(help: "One JSON document instead of text.")
    var json = false

    func run() throws {
        try Failure.translating {
            let results = try StudyResults(StudyReader(StudyFolder(study)))
            guard results.trials.indices.contains(trial) else {
                throw Failure(
                    .usage, "\(study): there is no trial \(trial); they are numbered 0 to \(results.trials.count - 1)")
            }
            let report = TrialReport(results, trial: trial)
            print(json ? try report.json() : report.text(), terminator: "")
        }
    }
}
