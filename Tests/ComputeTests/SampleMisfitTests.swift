import Architecture
import Compute
import Testing

@Suite("Samples that do not fit the model")
struct SampleMisfitTests {
    private func refusal(
        _ samples: ArraySource, _ layers: [Layer], on input: Shape = [4], _ loss: LossDescription, batchSize: Int = 16
    ) throws -> String? {
        let trainer = try Trainer(
            model: try ModelDescription(layers).graph(on: input), loss: loss, optimizer: .sgd(learningRate: 1),
            batchSize: 16, seed: 1)
        do throws(TrainingError) {
            _ = try TrainingLoop(trainer: trainer, training: samples, batchSize: batchSize, seed: 1)
            return nil
        } catch {
            return error.description
        }
    }

    private let regressor: [Layer] = [.linear(.init(outputs: 1))]
    private let classifier: [Layer] = [.flatten, .linear(.init(outputs: 2))]

    @Test("are refused in their number and their features")
    func features() throws {
        func refusal(_ samples: ArraySource) throws -> String? {
            try self.refusal(samples, regressor, .meanSquaredError)
        }
        #expect(try refusal(.sums(count: 0, featureCount: 4, seed: 1)) == "there are no samples")
        #expect(
            try refusal(.sums(count: 9, featureCount: 5, seed: 1)) == "samples have 5 features, but the model takes 4")
        #expect(try refusal(.sums(count: 9, featureCount: 4, seed: 1)) == nil)
        for batchSize in [0, 17] {
            #expect(
                try self.refusal(
                    .sums(count: 9, featureCount: 4, seed: 1), regressor, .meanSquaredError, batchSize: batchSize)
                    == "start training: the batch size must be 1 to 16, not \(batchSize)")
        }
    }

    @Test("are refused in their targets")
    func targets() throws {
        let images = ArraySource.halves(count: 9, side: 2, seed: 1)
        let sums = ArraySource.sums(count: 9, featureCount: 4, seed: 1)
        for (loss, name) in [
            (LossDescription.meanSquaredError, "mean_squared_error"), (.meanAbsoluteError, "mean_absolute_error"),
            (.huber(), "huber"),
        ] {
            #expect(
                try refusal(images, regressor, loss) == "\(name) needs target values, but the samples have classes")
        }
        #expect(
            try refusal(sums, classifier, .crossEntropy())
                == "cross_entropy needs classes, but the samples have target values")
        #expect(
            try refusal(images, [.linear(.init(outputs: 3))], .crossEntropy())
                == "samples have 2 classes, but the model has 3 outputs")
        #expect(
            try refusal(sums, classifier, .meanSquaredError)
                == "samples have 1 target values, but the model has 2 outputs")
        #expect(try refusal(images, regressor, .binaryCrossEntropy) == nil)
        #expect(
            try refusal(images, classifier, .binaryCrossEntropy)
                == "binary cross-entropy takes 2 classes and a model with 1 output, "
                + "but there are 2 classes and 2 outputs"
        )
        #expect(try refusal(images, classifier, .crossEntropy()) == nil)
    }

    @Test("are refused where all have one class")
    func oneClass() throws {
        let features = [Float](repeating: 1, count: 12)
        let single = ArraySource(
            featureCount: 4, task: .classification(classes: 1), features: features, classes: [0, 0, 0])
        #expect(
            try refusal(single, classifier, .crossEntropy()) == "samples have 1 classes, but the model has 2 outputs")
    }

    @Test("are refused where they leave batch normalisation a single value per feature")
    func singleValues() throws {
        let features: [Layer] = [.linear(.init(outputs: 3)), .batchNorm(.init()), .linear(.init(outputs: 1))]
        func refusal(count: Int, batchSize: Int) throws -> String? {
            try self.refusal(
                .sums(count: count, featureCount: 4, seed: 1), features, .meanSquaredError, batchSize: batchSize)
        }
        for (count, batchSize) in [(9, 4), (33, 16), (5, 1), (1, 16)] {
            #expect(
                try refusal(count: count, batchSize: batchSize)?.hasPrefix(
                    "\(count) samples in batches of \(batchSize) leave a batch of one sample") == true)
        }
        for (count, batchSize) in [(8, 4), (34, 16), (10, 4), (2, 2)] {
            #expect(try refusal(count: count, batchSize: batchSize) == nil)
        }
        // Each pixel of an image is a value of its channel; but one that pooling has left has no company.
        let images = ArraySource.halves(count: 9, side: 4, seed: 1)
        let norm = Layer.batchNorm(.init())
        #expect(
            try self.refusal(
                images, [norm, .flatten, .linear(.init(outputs: 2))], on: [1, 4, 4], .crossEntropy(), batchSize: 4)
                == nil)
        #expect(
            try self.refusal(
                images, [.conv2d(.init(channels: 2, kernel: 4)), norm, .flatten], on: [1, 4, 4], .crossEntropy(),
                batchSize: 4) != nil)
    }
}
