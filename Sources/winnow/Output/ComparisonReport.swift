import Charts
import Console
import Experiments
import Search

/// A study's points, ranked and against a baseline where there is one, as a table for people and as a JSON document for
/// programs.
struct ComparisonReport {
    private let comparison: Comparison
    private let study: String
    /// The most points of a table for people.
    private static let most = 100

    init(_ comparison: Comparison, study: String) {
        self.comparison = comparison
        self.study = study
    }

    // MARK: For people

    func text(columns width: Int?) -> String {
        let arms = shown
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
        let points = arms.map { "  \($0.point)\($0.isBaseline ? ", the baseline" : ""): \($0.label)\n" }
        return table.text(columns: width) + notes + "\n" + points.joined() + "\n"
            + sentences(arms).map { "\($0)\n" }.joined()
    }

    /// The baseline and those after it in the order of the study, as long as there are few; else the best.
    private var shown: [Arm] {
        guard let baseline = comparison.baseline else { return Array(comparison.ranked.prefix(Self.most)) }
        guard comparison.arms.count > Self.most else { return comparison.arms }
        return [baseline] + comparison.ranked.lazy.filter { !$0.isBaseline }.prefix(Self.most - 1)
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
                    + "\(comparison.terms.epochs)")
        }
        return notes.map { "(\($0))\n" }.joined()
    }

    private static func number(_ value: Double?) -> String { value.map(Numeral.metric) ?? "" }

    /// To as many places as the interval's width has two digits for, so that its ends differ.
    private static func range(_ interval: Interval?) -> String {
        guard let interval else { return "" }
        let precision = Numeral.Precision(interval.halfWidth)
        return "\(precision.text(interval.lower)) to \(precision.text(interval.upper))"
    }

    // MARK: For programs

    private struct Document: Encodable {
        var study: String
        var metric: String
        var goal: String?
        /// By what the points are ranked.
        var monitor: String
        var epochs: Int
        /// The number of the point that the others are compared with.
        var baseline: Int?
        var confidence: Double
        var arms: [ArmDocument]
        var verdicts: [String]
    }

    func json() throws -> String {
        try JSONText.encode(
            Document(
                study: study, metric: comparison.metric.name, goal: comparison.metric.goal?.rawValue,
                monitor: comparison.terms.rule.monitor, epochs: comparison.terms.epochs,
                baseline: comparison.baseline?.point, confidence: Interval.confidence,
                arms: comparison.arms.map(ArmDocument.init), verdicts: comparison.sentences))
    }
}
