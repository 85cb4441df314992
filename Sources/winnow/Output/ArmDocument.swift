import Experiments
import Search

/// A point of a comparison as `--json` gives it; what cannot be told is missing.
struct ArmDocument: Encodable {
    var point: Int
    var label: String
    var parameters: [String: TrialDocument.Value]
    var isBaseline: Bool
    /// Among the points that compete to be selected.
    var rank: Int?
    /// The mean of the value that the study selects by.
    var monitoredMean: Double?
    var trials: Int
    var withoutValue: Int
    /// Trials that were trained for another number of epochs than the study's, and are left out.
    var otherBudget: Int
    /// One for each replicate that has a value.
    var values: [Seed]
    var mean: Double?
    var interval: Interval?
    var difference: Double?
    /// With the same adjustment as ``adjustedP``.
    var differenceInterval: Interval?
    /// That interval's confidence by itself.
    var differenceConfidence: Double?
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
        isBaseline = arm.isBaseline
        rank = arm.rank
        monitoredMean = arm.monitored
        trials = arm.trials
        withoutValue = arm.withoutValue
        otherBudget = arm.otherBudget
        values = arm.values.sorted { $0.key < $1.key }.map { Seed(replicate: $0.key, value: $0.value) }
        mean = arm.estimate?.mean
        interval = arm.estimate?.interval
        difference = arm.difference?.mean
        differenceInterval = arm.difference?.interval
        differenceConfidence = arm.difference?.interval == nil ? nil : arm.difference?.confidence
        pairs = arm.difference?.count
        p = arm.difference?.p
        adjustedP = arm.adjustedP
        verdict = arm.verdict
        trainingSeconds = arm.seconds
    }
}
