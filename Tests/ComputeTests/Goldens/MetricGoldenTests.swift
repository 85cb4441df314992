import Architecture
import Compute
import Foundation
import Testing

@Suite("Metrics against scikit-learn")
struct MetricGoldenTests {
    private struct Document: Decodable {
        let classification: [Classification]
        let regression: [Regression]
    }

    struct Classification: Decodable, Sendable {
        let outputs: [Float]
        let labels: [Int32]
        let width: Int
        let auroc, averagePrecision, accuracy, balancedAccuracy, logLoss, calibrationError, temperature: Double
        let top5Accuracy: Double?
        let reliability: Reliability

        /// Of the bins that have samples.
        struct Reliability: Decodable, Sendable {
            let confidence, right: [Double]
        }
    }

    struct Regression: Decodable, Sendable {
        let outputs: [Float]
        let values: [Float]
        let unit, offset, meanAbsoluteError, r2: Double
        let rmsle: Double?
    }

    private static func document() throws -> Document {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "metrics.json")
        return try decoder.decode(Document.self, from: Data(contentsOf: path))
    }

    /// The samples' features are the outputs: an identity as the network.
    private struct Outputs: SampleSource {
        let outputs: [Float]
        let width: Int
        let labels: [Int32]
        let values: [Float]

        var count: Int { outputs.count / width }
        var featureCount: Int { width }
        var task: LearningTask {
            values.isEmpty ? .classification(classes: max(width, 2)) : .regression(outputs: 1)
        }

        func gather(
            _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
        ) {
            for (place, index) in indices.enumerated() {
                for column in 0..<width { features[place * width + column] = outputs[index * width + column] }
                switch targets {
                case .classes(let classes): classes[place] = labels[index]
                case .values(let targets): targets[place] = values[index]
                }
            }
        }
    }

    private func metrics(_ samples: Outputs, loss: LossDescription, scale: TargetScale = TargetScale()) throws
        -> Metrics
    {
        let trainer = try Trainer(
            model: try ModelDescription([.linear(.init(outputs: samples.width))]).graph(on: [samples.width]),
            loss: loss, optimizer: .sgd(learningRate: 0), batchSize: 32, seed: 1)
        let identity = (0..<samples.width * samples.width).map {
            Float($0 / samples.width == $0 % samples.width ? 1 : 0)
        }
        try trainer.load(modelState: [
            NamedTensor(name: "0.weight", shape: [samples.width, samples.width], values: identity),
            NamedTensor(name: "0.bias", shape: [samples.width], values: Array(repeating: 0, count: samples.width)),
        ])
        return try TrainingLoop(trainer: trainer, training: samples, batchSize: 32, seed: 1)
            .evaluate(on: samples, scale: scale)
    }

    @Test(arguments: try document().classification)
    func probabilities(_ golden: Classification) throws {
        let samples = Outputs(outputs: golden.outputs, width: golden.width, labels: golden.labels, values: [])
        let found = try metrics(samples, loss: golden.width == 1 ? .binaryCrossEntropy : .crossEntropy())
        let scores = try #require(found.scores)
        func expect(_ value: Double?, _ expected: Double?, _ tolerance: Double, _ what: String) {
            guard let value, let expected else { return #expect(value == nil && expected == nil, "\(what)") }
            #expect(abs(value - expected) <= tolerance, "\(what): \(value), expected \(expected)")
        }
        expect(found.accuracy, golden.accuracy, 0, "accuracy")
        expect(found.balancedAccuracy, golden.balancedAccuracy, 1e-12, "balanced accuracy")
        expect(found.crossEntropy, golden.logLoss, 1e-6, "log loss")
        expect(scores.auroc, golden.auroc, 1e-12, "AUROC")
        expect(scores.averagePrecision, golden.averagePrecision, 1e-12, "average precision")
        expect(scores.topFiveAccuracy, golden.top5Accuracy, 0, "top-5 accuracy")
        expect(scores.calibrationError, golden.calibrationError, 1e-6, "calibration error")
        let bins = scores.reliability.filter { $0.count > 0 }
        try #require(bins.count == golden.reliability.right.count)
        for (index, bin) in bins.enumerated() {
            expect(
                bin.confidence / Double(bin.count), golden.reliability.confidence[index], 1e-6, "confidence \(index)")
            expect(Double(bin.right) / Double(bin.count), golden.reliability.right[index], 1e-12, "right \(index)")
        }
        expect(
            Temperature.fitted(outputs: golden.outputs, labels: golden.labels), golden.temperature, 1e-5, "temperature")
        let again = ScoreMetrics(outputs: golden.outputs, labels: golden.labels)
        #expect(again == scores, "from outputs that are known")
    }

    @Test(arguments: try document().regression)
    func errors(_ golden: Regression) throws {
        let samples = Outputs(outputs: golden.outputs, width: 1, labels: [], values: golden.values)
        let found = try metrics(
            samples, loss: .meanSquaredError, scale: TargetScale(unit: golden.unit, offset: golden.offset))
        #expect(abs(try #require(found.meanAbsoluteError) - golden.meanAbsoluteError) < 1e-12)
        #expect(abs(try #require(found.r2) - golden.r2) < 1e-9)
        #expect((found.rmsle == nil) == (golden.rmsle == nil))
        if let rmsle = found.rmsle, let expected = golden.rmsle { #expect(abs(rmsle - expected) < 1e-12) }
    }

    /// Nothing can be told of samples of one class.
    @Test func oneClassAlone() {
        let scores = ScoreMetrics(outputs: [0.5, 1, -1], labels: [1, 1, 1])
        #expect(scores.auroc.isNaN && scores.averagePrecision == 1)
        #expect(ScoreMetrics(outputs: [0.5, 1, -1], labels: [0, 0, 0]).averagePrecision.isNaN)
        #expect(ScoreMetrics(outputs: [.nan, 1, -1], labels: [0, 1, 0]).auroc.isNaN)
    }
}
