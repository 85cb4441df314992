import Architecture
import Compute
import Testing

@Suite("The training loop")
struct TrainingLoopTests {
    private func regressor(
        learningRate: Double = 1e-2, dropout: Double = 0, batchSize: Int = 16
    ) throws -> Trainer {
        try Trainer(
            model: try ModelDescription.regressor(hidden: 20, dropout: dropout).graph(on: [4]),
            loss: .meanSquaredError, optimizer: .adam(learningRate: learningRate), batchSize: batchSize, seed: 3)
    }

    @Test("learns, and its metrics say so")
    func learning() throws {
        let trainer = try regressor()
        let loop = try TrainingLoop(
            trainer: trainer, training: ArraySource.sums(count: 200, featureCount: 4, seed: 1), batchSize: 16, seed: 3)
        let held = ArraySource.sums(count: 50, featureCount: 4, seed: 2)
        let before = try loop.evaluate(on: held)
        for _ in 0..<60 { _ = try loop.runEpoch() }
        let after = try loop.evaluate(on: held)
        #expect(after.loss < before.loss / 50)
        #expect(try #require(after.r2) > 0.98)
        #expect(after.accuracy == nil)
    }

    @Test("evaluates to what the predictions themselves give")
    func metrics() throws {
        let trainer = try regressor(dropout: 0.5)
        let samples = ArraySource.sums(count: 37, featureCount: 4, seed: 9)
        let loop = try TrainingLoop(trainer: trainer, training: samples, batchSize: 16, seed: 3)
        var predicted: [Double] = []
        for sample in 0..<samples.count {
            let features = Array(samples.features[sample * 4..<sample * 4 + 4])
            predicted += try features.withUnsafeBufferPointer {
                try trainer.predict(features: $0, count: 1).map(Double.init)
            }
        }
        let expected = samples.values.map { Double($0) }
        let sse = zip(predicted, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let mean = expected.reduce(0, +) / 37
        let sst = expected.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let metrics = try loop.evaluate(on: samples)
        #expect(abs(metrics.loss - sse / 37) < 1e-5 * metrics.loss)
        #expect(abs(try #require(metrics.rmse) - (sse / 37).squareRoot()) < 1e-5)
        #expect(abs(try #require(metrics.r2) - (1 - sse / sst)) < 1e-5 * abs(1 - sse / sst))
    }

    @Test("counts the right classes")
    func accuracy() throws {
        let model = try ModelDescription([.linear(.init(outputs: 3))]).graph(on: [3])
        let trainer = try Trainer(
            model: model, loss: .crossEntropy(), optimizer: .sgd(learningRate: 1), batchSize: 4, seed: 1)
        try trainer.load(modelState: [
            NamedTensor(name: "0.weight", shape: [3, 3], values: [1, 0, 0, 0, 1, 0, 0, 0, 1]),
            NamedTensor(name: "0.bias", shape: [3], values: [0, 0, 0]),
        ])
        let samples = ArraySource(
            featureCount: 3, task: .classification(classes: 3),
            features: [5, 0, 0, 0, 5, 0, 0, 0, 5, 5, 0, 0, 2, 2, 0], classes: [0, 1, 2, 1, 0])
        let loop = try TrainingLoop(trainer: trainer, training: samples, batchSize: 2, seed: 1)
        let metrics = try loop.evaluate(on: samples)
        // Four of five: the fourth is wrong, and of the equals in the fifth the first counts.
        #expect(metrics.accuracy == 0.8)
        #expect(metrics.confusion == [2, 0, 0, 1, 1, 0, 0, 0, 1])
        #expect(metrics.rmse == nil && metrics.r2 == nil)
    }

    @Test("gives an epoch's mean loss with every sample weighing alike, the smaller last batch's too")
    func meanLoss() throws {
        let samples = ArraySource.sums(count: 37, featureCount: 4, seed: 9)
        let trainer = try regressor(learningRate: 0)
        let loop = try TrainingLoop(trainer: trainer, training: samples, batchSize: 16, seed: 3)
        let loss = try loop.evaluate(on: samples).loss
        guard case .finished(let summary) = try loop.runEpoch() else {
            Issue.record("the epoch did not finish")
            return
        }
        #expect(abs(summary.meanLoss - loss) < 1e-6 * loss)
        #expect(trainer.stepCount == 3)
        #expect(loop.position == EpochPosition(epoch: 2))
    }

    @Test("names the epoch and the step of a loss that is not finite")
    func nonFinite() throws {
        var samples = ArraySource.sums(count: 37, featureCount: 4, seed: 9)
        samples.values[20] = .nan
        let loop = try TrainingLoop(trainer: try regressor(), training: samples, batchSize: 37 / 3, seed: 3)
        loop.position.epoch = 7
        let error = #expect(throws: TrainingError.self) { _ = try loop.runEpoch() }
        guard case .nonFiniteLoss(epoch: 7, let step, let value) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(step == loop.position.step && value.isNaN)
    }

    @Test("pauses before a step, and not otherwise")
    func pausing() throws {
        let samples = ArraySource.sums(count: 37, featureCount: 4, seed: 9)
        let loop = try TrainingLoop(trainer: try regressor(), training: samples, batchSize: 16, seed: 3)
        #expect(try loop.runEpoch { true } == .paused)
        #expect(loop.position == EpochPosition())
        guard case .finished = try loop.runEpoch(shouldPause: { false }) else {
            Issue.record("it paused without being asked")
            return
        }
    }
}
