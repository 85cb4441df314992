import Experiments
import Foundation
import StudyStore

/// A trial as `--json` gives it; what is missing is null.
struct TrialDocument: Encodable {
    var trial: Int
    var state: String
    var point: Int
    var replicate: Int
    /// Over the trials of its point that count; missing without one.
    var pointMean: Double?
    var pointCount: Int
    /// Whether it stands for the point that the study selects.
    var selected: Bool
    /// Whether it was trained for another number of epochs than the study's, and is left out of means and comparisons.
    var otherBudget: Bool
    var seed: UInt64
    var parameters: [String: Value]
    var attempts: Int
    var worker: String?
    var epochs: Int
    var bestEpoch: Int?
    var bestValue: Double?
    var stopReason: String?
    var stopEpoch: Int?
    var wouldHaveStoppedAt: Int?
    var testMetrics: [String: Double]
    /// By part, with the whole trial.
    var confusion: [String: Confusion]?
    var pseudoLabels: PseudoLabelTally?
    var trainingSeconds: Double?
    /// The path of its model, where that is there.
    var checkpoint: String?
    /// `stored`, `missing` or `given_up`.
    var checkpointState: String?
    var error: String?
    var history: [Epoch]?

    struct Confusion: Encodable {
        var classes: [String]
        /// A row for each true class.
        var counts: [[Int]]

        init(_ matrix: ConfusionMatrix) {
            classes = matrix.classes
            counts = matrix.classes.indices.map { row in matrix.classes.indices.map { matrix[row, $0] } }
        }
    }

    struct Epoch: Encodable {
        var epoch: Int
        var attempt: Int
        var metrics: [String: Double]
        var learningRate: Double
        var elapsedSeconds: Double
    }

    /// A parameter's value with its own JSON type.
    struct Value: Encodable {
        var value: ParameterValue

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch value {
            case .int(let value): try container.encode(value)
            case .double(let value): try container.encode(value)
            case .bool(let value): try container.encode(value)
            case .string(let value): try container.encode(value)
            }
        }
    }

    init(_ trial: TrialState, of results: StudyResults, withHistory: Bool) {
        let best = trial.selection(results.rule)
        let standing = results.standing(of: trial)
        self.trial = trial.number
        state = trial.phase.rawValue
        point = trial.point
        replicate = trial.replicate
        pointMean = standing?.mean
        pointCount = standing?.count ?? 0
        selected = trial.number == results.winner?.number
        otherBudget = trial.hasOtherBudget(than: results.terms.epochs)
        seed = trial.seed
        parameters = Dictionary(
            uniqueKeysWithValues: trial.assignment.elements.map { ($0.path, Value(value: $0.value)) })
        attempts = trial.attempt
        worker = trial.worker.isEmpty ? nil : trial.worker
        epochs = trial.history.count
        bestEpoch = best?.epoch
        bestValue = best?.value
        stopReason = trial.outcome?.stopReason.rawValue
        stopEpoch = trial.outcome?.stopEpoch
        wouldHaveStoppedAt = trial.outcome?.wouldHaveStoppedAt
        testMetrics = trial.outcome?.testMetrics ?? [:]
        confusion = withHistory ? trial.outcome?.confusion?.mapValues(Confusion.init) : nil
        pseudoLabels = trial.outcome?.pseudoLabels
        trainingSeconds = trial.history.last?.elapsedSeconds
        let model = ModelFile(trial, in: results.folder)
        checkpoint = model.path
        checkpointState = model.state
        error = trial.outcome?.error
        history =
            !withHistory
            ? nil
            : trial.history.map {
                Epoch(
                    epoch: $0.epoch, attempt: $0.id.attempt, metrics: $0.metrics, learningRate: $0.learningRate,
                    elapsedSeconds: $0.elapsedSeconds)
            }
    }
}
