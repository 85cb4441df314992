import Architecture
import Compute
import Testing

/// What is measured beside the loss, so that trials of different losses can be compared. PyTorch 2.15, in float64:
/// `F.cross_entropy(x, y)`, `F.binary_cross_entropy_with_logits(x, y)` and `F.mse_loss(x, y)`.
@Suite("Plain losses")
struct PlainLossTests {
    /// A model that hands its input on, so that the features are its outputs.
    private func metrics(_ loss: LossDescription, _ samples: ArraySource) throws -> Metrics {
        let count = samples.featureCount
        let trainer = try Trainer(
            model: ModelDescription([.linear(.init(outputs: count))]).graph(on: [count]), loss: loss,
            optimizer: .sgd(learningRate: 1), batchSize: 2, seed: 1)
        let identity = (0..<count * count).map { $0 % (count + 1) == 0 ? Float(1) : 0 }
        try trainer.load(modelState: [
            NamedTensor(name: "0.weight", shape: [count, count], values: identity),
            NamedTensor(name: "0.bias", shape: [count], values: Array(repeating: 0, count: count)),
        ])
        return try TrainingLoop(trainer: trainer, training: samples, batchSize: 2, seed: 1).evaluate(on: samples)
    }

    private let classes = ArraySource(
        featureCount: 3, task: .classification(classes: 3),
        features: [2, -1, 0.5, 0, 0, 0, -3, 4, 1, 80, -90, 10, 0.25, 0.75, -0.5], classes: [0, 2, 1, 0, 2])

    @Test(
        "cross-entropy is without smoothing and class weights",
        arguments: [
            LossDescription.CrossEntropy(),
            .init(labelSmoothing: .init(amount: 0.2, spread: .all)),
            .init(labelSmoothing: .init(amount: 0.2, spread: .others), classWeights: .list([1, 2, 0.5])),
        ])
    func crossEntropy(_ settings: LossDescription.CrossEntropy) throws {
        let metrics = try metrics(.crossEntropy(settings), classes)
        #expect(abs(try #require(metrics.crossEntropy) - 0.6555121594866795) < 1e-6)
        #expect((abs(metrics.loss - 0.6555121594866795) < 1e-6) == (settings == .init()))
        #expect(metrics.meanSquaredError == nil)
    }

    @Test("smoothing of PyTorch's form is in the loss alone")
    func smoothing() throws {
        let smoothed = LossDescription.CrossEntropy(labelSmoothing: .init(amount: 0.2, spread: .all))
        #expect(abs(try metrics(.crossEntropy(smoothed), classes).loss / 4.022178826153346 - 1) < 1e-6)
    }

    @Test("a single output tells two classes apart")
    func binary() throws {
        let samples = ArraySource(
            featureCount: 1, task: .classification(classes: 2), features: [1.5, -2, 0.25, 90, -60],
            classes: [1, 0, 0, 1, 1])
        let metrics = try metrics(.binaryCrossEntropy, samples)
        #expect(abs(try #require(metrics.crossEntropy) / 12.230856141780913 - 1) < 1e-7)
        #expect(abs(metrics.loss / 12.230856141780913 - 1) < 1e-6)
    }

    @Test(
        "the mean squared error is that of every loss",
        arguments: [
            (LossDescription.meanSquaredError, 3.5520833333333335), (.huber(delta: 0.5), 0.546875),
            (.meanAbsoluteError, 1.2916666666666667),
        ])
    func meanSquaredError(_ loss: LossDescription, _ expected: Double) throws {
        let samples = ArraySource(
            featureCount: 2, task: .regression(outputs: 2), features: [1, 2, -0.5, 3, 4, 0],
            values: [1.5, 0, -0.5, 7, 3, 0.25])
        let metrics = try metrics(loss, samples)
        #expect(abs(try #require(metrics.meanSquaredError) - 3.5520833333333335) < 1e-7)
        #expect(abs(metrics.loss - expected) < 1e-6)
        #expect(metrics.crossEntropy == nil)
    }

    @Test("what is no number stays none")
    func notANumber() throws {
        let samples = ArraySource(
            featureCount: 2, task: .classification(classes: 2), features: [.nan, 1, 0, 1], classes: [1, 1])
        #expect(try #require(metrics(.crossEntropy(), samples).crossEntropy).isNaN)
    }
}
