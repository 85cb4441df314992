import Architecture
import Compute
import Datasets
import Foundation
import TestSupport
import Testing
import Worker

/// Preparing batches never holds training up.
@Suite struct PreparationTests {
    /// Of the processor time of an epoch on CIFAR-10 with normalisation, crop and flip, for the narrowest residual net
    /// that is sensible: for any larger one the share is smaller. In this thread's time, as others use the machine.
    @Test(.enabled(if: RealData.has("cifar10"), "needs CIFAR-10: set WINNOW_TEST_DATA to the folder that has it"))
    func takesUnderATwentiethOfAnEpoch() throws {
        let data = try DataSource.cifarFolder("\(RealData.folder)/cifar10").load()
        let request = SplitRequest(
            training: .count(1024), validation: .count(100), test: .count(100), stratified: true)
        let prepared = try PreparedData(
            data, split: .make(of: data, request, seed: 1), scaling: .normalize(mean: [0.5], deviation: [0.5]))
        let part = try AugmentedPart(
            prepared.training, augmentations: [.horizontalFlip(probability: 0.5), .randomCrop(padding: 4)], seed: 1,
            name: data.name)
        let model = try ModelDescription.resNet(classes: 10, width: 8, depth: 1, stages: 3).graph(on: [3, 32, 32])
        let trainer = try Trainer(
            model: model, loss: .crossEntropy(), optimizer: .adam(learningRate: 1e-3), batchSize: 32, seed: 1)
        let loop = try TrainingLoop(trainer: trainer, training: part, batchSize: 32, seed: 1)
        var waited: Duration = .zero
        let training = try ProcessorClock.measure {
            guard case .finished(let summary) = try loop.runEpoch() else { return }
            waited = summary.waited
        }

        var features = [Float](repeating: 0, count: 32 * part.featureCount)
        var classes = [Int32](repeating: 0, count: 32)
        let order = Array(0..<part.count).shuffled()
        let preparing = ProcessorClock.measure {
            for step in 0..<part.count / 32 {
                features.withUnsafeMutableBufferPointer { features in
                    classes.withUnsafeMutableBufferPointer { classes in
                        part.gather(
                            order[step * 32..<(step + 1) * 32], step: step, features: features,
                            targets: .classes(classes))
                    }
                }
            }
        }
        print("an epoch of 1024 images takes \(training), its batches \(preparing); it waited \(waited) for them")
        #expect(preparing < training * 0.05)
    }
}
