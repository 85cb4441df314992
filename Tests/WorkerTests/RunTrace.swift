import Experiments
import StudyStore
import Testing
import Worker

/// What an attempt leaves, but for times and numbers of attempts.
struct RunTrace: Equatable {
    var metrics: [[String: Double]]
    var rates: [Double]
    var test: [String: Double]?
    var confusion: [String: ConfusionMatrix]?
    var pseudoLabels: PseudoLabelTally?
    var wouldHaveStoppedAt: Int?
    var best: [NamedArray]
    var last: Checkpoint.Resume?
    var model: [NamedArray]

    /// - Parameter epoch: the first one that counts: what a resumed attempt reports begins there.
    init(_ events: [SlotEvent], from epoch: Int) throws {
        let epochs = TrainingRunTests.epochs(events).filter { $0.epoch >= epoch }
        metrics = epochs.map(\.metrics)
        rates = epochs.map(\.learningRate)
        let outcome = TrainingRunTests.outcome(events)
        test = outcome?.testMetrics
        confusion = outcome?.confusion
        pseudoLabels = outcome?.pseudoLabels
        wouldHaveStoppedAt = outcome?.wouldHaveStoppedAt
        best = try Checkpoint(decoding: try #require(TrainingRunTests.checkpoint(.best, events)).bytes).modelState
        let last = try Checkpoint(decoding: try #require(TrainingRunTests.checkpoint(.last, events)).bytes)
        model = last.modelState
        self.last = last.resume
        self.last?.elapsedSeconds = 0
        self.last?.history = []
    }
}
