import ArgumentParser
import StudyStore

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints one trial of a study: its parameters, every epoch, and how it ended.",
        discussion: """
            Example: winnow show studies/mnist 2
            Example: winnow show studies/mnist best
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Argument(help: "The trial's number, or best: the one that is selected.")
    var trial: TrialArgument

    @Flag(help: "One JSON document instead of text.")
    var json = false

    func run() throws {
        try Failure.translating {
            let results = try StudyResults(StudyReader(StudyFolder(study)))
            let report = TrialReport(results, trial: try trial.number(in: results))
            print(json ? try report.json() : report.text(), terminator: "")
        }
    }
}
