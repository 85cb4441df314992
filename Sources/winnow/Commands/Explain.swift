import ArgumentParser
import Console
import Experiments
import StudyStore

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells what happened to a trial: where it ran, why it moved, why it ended.",
        discussion: """
            It is told from the study's journal alone, while the study runs or years later.

            Example: winnow explain studies/mnist 2
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Argument(help: "The trial's number, or best: the one that is selected.")
    var trial: TrialArgument

    @Flag(help: "One JSON document instead of text.")
    var json = false

    func run() throws {
        try Failure.translating {
            let folder = StudyFolder(study)
            // Says what is wrong with a folder that is no study.
            let number = try trial.number(in: StudyResults(StudyReader(folder)))
            guard let story = try TrialStory(of: number, in: Journal.read(folder)) else {
                throw Failure(.failed, "\(study): the journal says nothing of trial \(number)")
            }
            print(
                json
                    ? try JSONText.encode(ExplanationDocument(story))
                    : Explanation(story, columns: Terminal.output.columns).text(), terminator: "")
        }
    }
}
