import Studies
import StudyStore
import Testing
import Worker

/// What an attempt leaves, but for times and numbers of attempts.
struct RunTrace: Equatable {
    var metrics: [[String: Double]]
    var rates: [Double]
    var test: [String: Double]?
    var confusion: [String: ConfusionMatrix]?
    var reliability: [String: Reliability]?
    var pseudoLabels: PseudoLabelTally?
    var wouldHaveStoppedAt: Int?
    var best: [NamedArray]
    var last: Checkpoint.Resume?
    var model: [NamedArray]

    /// - Parameter epoch: the first one that counts: what a resumed attempt reports begins there.
    init(_ run: RecordedRun, from epoch: Int) throws {
        let epochs = run.epochs.filter { $0.epoch >= epoch }
        metrics = epochs.map(\.metrics.asDictionary)
        rates = epochs.map(\.learningRate)
        let outcome = run.outcome
        test = outcome?.testMetrics
        confusion = outcome?.confusion
        reliability = outcome?.reliability
        pseudoLabels = outcome?.pseudoLabels
        wouldHaveStoppedAt = outcome?.wouldHaveStoppedAt
        best = try Checkpoint(decoding: try #require(run.checkpoint(.best)).bytes).modelState
        let last = try Checkpoint(decoding: try #require(run.checkpoint(.last)).bytes)
        model = last.modelState
        self.last = last.resume
        self.last?.elapsedSeconds = 0
        self.last?.history = []
    }
}
