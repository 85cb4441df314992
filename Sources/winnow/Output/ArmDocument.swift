import Experiments
import Search

/// A point of a comparison as `--json` gives it; what cannot be told is missing.
struct ArmDocument: Encodable {
    var point: Int
    var label: String
    var parameters: [String: TrialDocument.Value]
    var isBaseline: Bool
    var trials: Int
    var withoutValue: Int
    /// One for each replicate that has a value.
    var values: [Seed]
    var mean: Double?
    var interval: Interval?
    var difference: Double?
    var differenceInterval: Interval?
    var pairs: Int?
    /// Of the paired t test by itself.
    var p: Double?
    /// Adjusted for all points that are compared.
    var adjustedP: Double?
    var verdict: Verdict?
    var trainingSeconds: Double?

    struct Seed: Encodable {
        var replicate: Int
        var value: Double
    }

    init(_ arm: Arm) {
        point = arm.point
        label = arm.label
        parameters = Dictionary(
            uniqueKeysWithValues: arm.assignment.elements.map { ($0.path, .init(value: $0.value)) })
        isBaseline = arm.verdict == nil
        trials = arm.trials
        withoutValue = arm.withoutValue
        values = arm.values.sorted { $0.key < $1.key }.map { Seed(replicate: $0.key, value: $0.value) }
        mean = arm.estimate?.mean
        interval = arm.estimate?.interval
        difference = arm.difference?.mean
        differenceInterval = arm.difference?.interval
        pairs = arm.difference?.count
        p = arm.difference?.p
        adjustedP = arm.adjustedP
        verdict = arm.verdict
        trainingSeconds = arm.seconds
    }
}
