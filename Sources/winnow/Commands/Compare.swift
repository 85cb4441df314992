import ArgumentParser
import Experiments
import Search
import StudyStore

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ranks a study's points, and compares them over the seeds they share: is it more than noise?",
        discussion: """
            Points are ranked by the mean of the monitored value. The first point of a grid is the baseline; a random \
            search has none, unless --baseline names one. Means come with their 95 % interval, by Student's t. Differences \
            are taken seed by seed: interval and p are those of the paired t test, both adjusted after Holm where several \
            points are compared, so that they say the same. One seed tells nothing of noise. Trials that were trained for \
            another number of epochs than the study's are left out. A terminal is shown the best hundred points.

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

    @Option(
        help: ArgumentHelp(
            "The point that the others are compared with. (default: the first one of a grid, none of a random search)",
            valueName: "point"))
    var baseline: Int?

    @Flag(help: "One JSON document instead of a table.")
    var json = false

    func run() throws {
        try Failure.translating {
            let reader = try StudyReader(StudyFolder(study))
            let file = try ExperimentFile(text: reader.resolved, name: reader.folder.resolvedPath)
            let comparison: Comparison
            do {
                comparison = try Comparison(
                    reader.state, metric: metric, baseline: baseline, terms: StudyTerms(file.experiment))
            } catch {
                throw Failure(.usage, "\(study): \(error)")
            }
            let report = ComparisonReport(comparison, study: reader.folder.path)
            print(json ? try report.json() : report.text(columns: Terminal.output.columns), terminator: "")
        }
    }
}
