import Charts
import Console
import Experiments
import Search

/// A study's points against its baseline, as a table for people and as a JSON document for programs.
struct ComparisonReport {
    private let comparison: Comparison
    private let study: String

    init(_ comparison: Comparison, study: String) {
        self.comparison = comparison
        self.study = study
    }

    // MARK: For people

    func text(columns width: Int?) -> String {
        var table = TextTable([
            "point", "seeds", comparison.metric.name, "95 % interval", "difference", "95 % interval", "p", "time",
        ])
        for arm in comparison.arms {
            table.add([
                String(arm.point), String(arm.values.count), Self.number(arm.estimate?.mean),
                Self.range(arm.estimate?.interval), Self.number(arm.difference?.mean),
                Self.range(arm.difference?.interval), Self.number(arm.adjustedP),
                arm.seconds.map(Figure.duration) ?? "",
            ])
        }
        let points = comparison.arms.map { "  \($0.point)\($0.verdict == nil ? ", the baseline" : ""): \($0.label)\n" }
        let sentences = comparison.sentences.map { "\($0)\n" }
        return table.text(columns: width) + "\n" + points.joined() + "\n" + sentences.joined()
    }

    private static func number(_ value: Double?) -> String { value.map(Numeral.metric) ?? "" }

    private static func range(_ interval: Interval?) -> String {
        interval.map { "\(Numeral.metric($0.lower)) to \(Numeral.metric($0.upper))" } ?? ""
    }

    // MARK: For programs

    private struct Document: Encodable {
        var study: String
        var metric: String
        var goal: String?
        var confidence: Double
        var arms: [ArmDocument]
        var verdicts: [String]
    }

    func json() throws -> String {
        try JSONText.encode(
            Document(
                study: study, metric: comparison.metric.name, goal: comparison.metric.goal?.rawValue,
                confidence: Interval.confidence, arms: comparison.arms.map(ArmDocument.init),
                verdicts: comparison.sentences))
    }
}
