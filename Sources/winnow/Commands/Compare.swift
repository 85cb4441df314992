import ArgumentParser
import Charts
import Console
import Experiments
import Studies
import Search
import StudyStore

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Ranks a study's points, and compares them over the seeds they share: is a difference more than noise?",
        discussion: """
            Points are ranked by the mean of the monitored value. The first point of a grid is the baseline; a random \
            search has none, unless --baseline names one. Means come with their 95 % interval, by Student's t. Differences \
            are taken seed by seed: interval and p are those of the paired t test, both adjusted after Holm if several points \
            are compared, so that they agree. One seed cannot show noise. Trials that were trained for \
            another number of epochs than the study's are left out. The paired t test holds for a number of seeds that was \
            chosen beforehand; where search.seeds gives seeds until it knows, p and intervals hold at whatever moment one \
            looks. A terminal shows the best hundred points.

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

/// A study's points, ranked and compared with a baseline if there is one, as a table and as a JSON document.
struct ComparisonReport {
    private let comparison: Comparison
    private let study: String
    /// The most points of the table.
    private static let most = 100

    init(_ comparison: Comparison, study: String) {
        self.comparison = comparison
        self.study = study
    }

    // MARK: For people

    func text(columns width: Int?) -> String {
        let arms = comparison.best(Self.most)
        let isMonitor = comparison.metric.name == comparison.terms.rule.monitor
        let isCompared = comparison.baseline != nil
        var table = TextTable(
            ["point", "rank"] + (isMonitor ? [] : [comparison.terms.rule.monitor]) + [
                "seeds", comparison.metric.name, "95 % interval",
            ] + (isCompared ? ["difference", "95 % interval", "p"] : []) + ["time"])
        for arm in arms {
            var row = [String(arm.point), arm.rank.map { String($0) } ?? ""]
            if !isMonitor { row.append(Self.number(arm.monitored)) }
            row += [String(arm.values.count), Self.number(arm.estimate?.mean), Self.range(arm.estimate?.interval)]
            if isCompared {
                row += [
                    Self.number(arm.difference?.mean), Self.range(arm.difference?.interval), Self.number(arm.adjustedP),
                ]
            }
            table.add(row + [arm.seconds.map(Figure.duration) ?? ""])
        }
        let points = arms.map { arm in
            let name = arm.isNumbered ? " (\(arm.shortLabel))" : ""
            return "  \(arm.point)\(name)\(arm.isBaseline ? ", \(comparison.referenceName)" : ""): \(arm.label)\n"
        }
        return table.text(columns: width) + notes + "\n" + points.joined() + "\n"
            + sentences(arms).map { "\($0)\n" }.joined()
    }

    private func sentences(_ arms: [Arm]) -> [String] {
        guard comparison.baseline != nil, comparison.arms.count > Self.most else { return comparison.sentences }
        return arms.lazy.filter { !$0.isBaseline }.map(comparison.sentence)
    }

    private var notes: String {
        var notes: [String] = []
        if comparison.arms.count > Self.most {
            let rest = comparison.arms.count - Self.most
            notes.append("the best \(Self.most) of \(comparison.arms.count) points; --json has the other \(rest), too")
        }
        let others = comparison.arms.reduce(0) { $0 + $1.otherBudget }
        if others > 0 {
            notes.append(
                "\(others) trial\(others == 1 ? " is" : "s are") left out: trained for another number of epochs than "
                    + "\(comparison.terms.epochs ?? 0)")
        }
        return notes.map { "(\($0))\n" }.joined()
    }

    private static func number(_ value: Double?) -> String { value.map(Numeral.metric) ?? "" }

    private static func range(_ interval: Interval?) -> String { interval.map(Numeral.range) ?? "" }

    // MARK: For programs

    func json() throws -> String {
        let (metric, terms) = (comparison.metric, comparison.terms)
        return try JSONObject([
            "study": study, "metric": metric.name, "goal": metric.goal?.rawValue,
            "monitor": terms.rule.monitor, "epochs": terms.epochs, "baseline": comparison.baseline?.point,
            "confidence": comparison.terms.seedRule?.confidence ?? Interval.confidence,
            "arms": comparison.arms.map(\.json), "verdicts": comparison.sentences,
        ]).text()
    }
}

extension Arm {
    fileprivate var json: JSONObject {
        let values = values.sorted { $0.key < $1.key }.map { JSONObject(["replicate": $0.key, "value": $0.value]) }
        let confidence = difference?.interval == nil ? nil : difference?.confidence
        return JSONObject([
            "point": point, "label": label, "parameters": assignment.json, "isBaseline": isBaseline, "rank": rank,
            "monitoredMean": monitored, "trials": trials, "withoutValue": withoutValue, "otherBudget": otherBudget,
            "values": values, "mean": estimate?.mean, "interval": estimate?.interval, "difference": difference?.mean,
            "differenceInterval": difference?.interval, "differenceConfidence": confidence, "pairs": difference?.count,
            "p": difference?.p, "adjustedP": adjustedP, "verdict": verdict, "furtherSeeds": furtherSeeds,
            "trainingSeconds": seconds,
        ])
    }
}
