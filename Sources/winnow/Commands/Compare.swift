import ArgumentParser
import Experiments
import Search
import StudyStore

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares a study's points with its first one over the seeds they share: is it more than noise?",
        discussion: """
            The first point is the baseline. Means and differences come with their 95 % interval, by Student's t; p is of \
            the paired t test, adjusted after Holm where several points are compared. One seed tells nothing of noise.

            Example: winnow compare studies/mnist --metric test_accuracy
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Option(
        help: ArgumentHelp(
            """
            The metric: of the test part, or of an epoch, taken at the selected one. (default: the test part's accuracy \
            or error, or the measure that selection monitors)
            """, valueName: "name"))
    var metric: String?

    @Flag(help: "One JSON document instead of a table.")
    var json = false

    func run() throws {
        try Failure.translating {
            let reader = try StudyReader(StudyFolder(study))
            let file = try ExperimentFile(text: reader.resolved, name: reader.folder.resolvedPath)
            let comparison: Comparison
            do {
                comparison = try Comparison(reader.state, metric: metric, rule: file.experiment.train.select)
            } catch {
                throw Failure(.usage, "\(study): \(error)")
            }
            let report = ComparisonReport(comparison, study: reader.folder.path)
            print(json ? try report.json() : report.text(columns: Terminal.output.columns), terminator: "")
        }
    }
}
