import Architecture
import Compute
import Foundation
import Testing

/// Averages of weights, against torch.optim.swa_utils.
@Suite struct WeightAverageTests {
    private struct Document: Decodable {
        let decay: Double
        let states: [[String: [Float]]]
        let ema: [[String: [Float]]]
        let swa: [[String: [Float]]]
    }

    private func trainer() throws -> Trainer {
        try Trainer(
            model: try ModelDescription([
                .linear(.init(outputs: 4)), .batchNorm(.init()), .linear(.init(outputs: 2)),
            ]).graph(on: [3]),
            loss: .crossEntropy(), optimizer: .sgd(learningRate: 0), batchSize: 8, seed: 1)
    }

    /// Samples that a rate of 0 learns nothing from.
    private struct Nothing: SampleSource {
        let count = 8
        let featureCount = 3
        let task = LearningTask.classification(classes: 2)

        func gather(
            _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
        ) {
            guard case .classes(let classes) = targets else { return }
            for (place, index) in indices.enumerated() {
                for column in 0..<3 { features[place * 3 + column] = Float(index * column) }
                classes[place] = Int32(index % 2)
            }
        }
    }

    @Test(arguments: [true, false]) func averagesAreThoseOfPyTorch(isExponential: Bool) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Goldens/averages.json")
        let golden = try JSONDecoder().decode(Document.self, from: Data(contentsOf: path))
        let trainer = try trainer()
        // One step is an epoch.
        let loop = try TrainingLoop(
            trainer: trainer, training: Nothing(), batchSize: 8, seed: 1,
            recipe: TrainingRecipe(
                averaging: isExponential ? .exponential(decay: golden.decay) : .stochastic(start: 1)))
        let average = try #require(loop.average)
        for (state, expected) in zip(golden.states, isExponential ? golden.ema : golden.swa) {
            // The forward pass of a step moves running statistics: what is averaged is set behind it.
            let named = trainer.modelState().map {
                NamedTensor(name: $0.name, shape: $0.shape, values: state[$0.name]!)
            }
            try trainer.load(modelState: named)
            _ = try loop.runEpoch()
            for tensor in average.state() where !tensor.name.contains("running") {
                for (value, wanted) in zip(tensor.values, expected[tensor.name]!) {
                    #expect(abs(value - wanted) < 1e-6, "\(tensor.name)")
                }
            }
        }
        #expect(average.count == golden.states.count)
    }

    @Test func theAverageStandsInForTheWeightsAndGoes() throws {
        let trainer = try trainer()
        let loop = try TrainingLoop(
            trainer: trainer, training: Nothing(), batchSize: 8, seed: 1,
            recipe: TrainingRecipe(averaging: .stochastic(start: 2)))
        let average = try #require(loop.average)
        _ = try loop.runEpoch()
        #expect(average.count == 0, "the first epoch is before the start")
        let first = trainer.modelState()
        #expect(average.applied { trainer.modelState() } == first)
        _ = try loop.runEpoch()
        // Judged again: the epoch counts once.
        loop.position = try #require(loop.endOfEpoch)
        _ = try loop.runEpoch()
        #expect(average.count == 1)
        let weights = trainer.modelState()
        let other = weights.map { NamedTensor(name: $0.name, shape: $0.shape, values: $0.values.map { $0 + 1 }) }
        try average.load(other, count: 3)
        #expect(average.applied { trainer.modelState() } == other)
        #expect(trainer.modelState() == weights && average.state() == other)
        #expect(throws: ComputeError.self) { try average.load(Array(other.dropLast()), count: 1) }
    }
}
