import ArgumentParser
import Console
import Experiments
import Studies
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

    @Argument(help: "The trial's number, or best for the selected one.")
    var trial: TrialArgument

    @Flag(help: "One JSON document instead of text.")
    var json = false

    func run() throws {
        let results = try StudyResults(StudyReader(StudyFolder(study)))
        let report = TrialReport(results, trial: try trial.number(in: results))
        print(json ? try report.json() : report.text(), terminator: "")
    }
}

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explains what happened to a trial: where it ran, why it moved, why it ended.",
        discussion: """
            It reads only the study's journal, while the study runs or years later.

            Example: winnow explain studies/mnist 2
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Argument(help: "The trial's number, or best for the selected one.")
    var trial: TrialArgument

    @Flag(help: "One JSON document instead of text.")
    var json = false

    func run() throws {
        let folder = StudyFolder(study)
        // Reports a folder that is not a study.
        let number = try trial.number(in: StudyResults(StudyReader(folder)))
        guard let story = try TrialStory(of: number, in: Journal.read(folder)) else {
            throw Failure(.failed, "\(study): the journal says nothing of trial \(number)")
        }
        print(
            json
                ? try story.json.text()
                : Explanation(story, columns: Terminal.output.columns).text(), terminator: "")
    }
}

/// A trial as an argument: its number, or `best` for the selected one.
enum TrialArgument: ExpressibleByArgument {
    case number(Int)
    case best

    init?(argument: String) {
        if argument == "best" {
            self = .best
        } else if let number = Int(argument) {
            self = .number(number)
        } else {
            return nil
        }
    }

    /// - Throws: ``Failure`` if the study has no such trial.
    func number(in results: StudyResults) throws -> Int {
        switch self {
        case .best:
            guard let winner = results.winner else {
                throw Failure(
                    .usage, "\(results.folder.path): no trial has been selected yet; winnow results shows what there is"
                )
            }
            return winner.number
        case .number(let number):
            guard results.trials.indices.contains(number) else {
                throw Failure(
                    .usage,
                    "\(results.folder.path): there is no trial \(number); they are numbered 0 to "
                        + "\(results.trials.count - 1)")
            }
            return number
        }
    }
}
