import Architecture
import Compute
import Testing

@Suite("Batches that do not fit")
struct BatchMisfitTests {
    private func code(_ body: () throws -> Void) -> ComputeError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ComputeError)?.code
        }
    }

    private func trainer(_ loss: LossDescription, outputs: Int) throws -> Trainer {
        try Trainer(
            model: try ModelDescription([.linear(.init(outputs: outputs))]).graph(on: [4]), loss: loss,
            optimizer: .adam(learningRate: 1e-3), batchSize: 4, seed: 1)
    }

    /// A step with `used` features and some of the classes 0, 1, 2, -1.
    private func step(
        _ trainer: Trainer, count: Int, features used: Int = 16, classes range: Range<Int>
    ) -> ComputeError.Code? {
        let features = [Float](repeating: 1, count: 16)
        let classes: [Int32] = [0, 1, 2, -1]
        return code {
            try features.withUnsafeBufferPointer { features in
                try classes.withUnsafeBufferPointer { classes in
                    _ = try trainer.step(
                        features: UnsafeBufferPointer(rebasing: features[0..<used]),
                        targets: .classes(UnsafeBufferPointer(rebasing: classes[range])), count: count)
                }
            }
        }
    }

    /// A step with `available` values as targets.
    private func step(_ trainer: Trainer, count: Int, values available: Int) -> ComputeError.Code? {
        let numbers = [Float](repeating: 1, count: 16)
        return code {
            try numbers.withUnsafeBufferPointer { numbers in
                _ = try trainer.step(
                    features: numbers, targets: .values(UnsafeBufferPointer(rebasing: numbers[0..<available])),
                    count: count)
            }
        }
    }

    @Test("are refused by cross-entropy, and teach nothing")
    func crossEntropy() throws {
        let trainer = try trainer(.crossEntropy(), outputs: 2)
        let before = trainer.modelState()
        #expect(step(trainer, count: 0, classes: 0..<2) == .invalidBatch)
        #expect(step(trainer, count: -1, classes: 0..<2) == .invalidBatch)
        #expect(step(trainer, count: 5, classes: 0..<4) == .invalidBatch)
        #expect(step(trainer, count: 2, features: 7, classes: 0..<2) == .invalidBatch)
        #expect(step(trainer, count: 1, features: 0, classes: 0..<2) == .invalidBatch)
        #expect(step(trainer, count: 2, classes: 0..<1) == .invalidBatch)
        #expect(step(trainer, count: 2, classes: 1..<3) == .invalidBatch)
        #expect(step(trainer, count: 1, classes: 3..<4) == .invalidBatch)
        #expect(step(trainer, count: 2, values: 16) == .invalidBatch)
        #expect(trainer.modelState() == before)
        #expect(trainer.stepCount == 0)
        #expect(step(trainer, count: 2, classes: 0..<2) == nil)
        #expect(trainer.modelState() != before)
    }

    @Test("are refused by binary cross-entropy, which takes the classes 0 and 1 for one output")
    func binaryCrossEntropy() throws {
        let single = try trainer(.binaryCrossEntropy, outputs: 1)
        #expect(step(single, count: 2, classes: 0..<2) == nil)
        #expect(step(single, count: 3, classes: 0..<3) == .invalidBatch)
        #expect(step(single, count: 1, classes: 3..<4) == .invalidBatch)
        #expect(step(single, count: 3, classes: 0..<2) == .invalidBatch)
        #expect(step(single, count: 2, values: 1) == .invalidBatch)
        let several = try trainer(.binaryCrossEntropy, outputs: 2)
        #expect(step(several, count: 2, classes: 0..<2) == .invalidBatch)
        #expect(step(several, count: 2, values: 3) == .invalidBatch)
        #expect(step(several, count: 2, values: 4) == nil)
    }

    @Test(
        "are refused by the losses of values",
        arguments: [
            LossDescription.meanSquaredError, .meanAbsoluteError, .huber(),
        ])
    func values(loss: LossDescription) throws {
        let trainer = try trainer(loss, outputs: 3)
        #expect(step(trainer, count: 2, values: 5) == .invalidBatch)
        #expect(step(trainer, count: 2, classes: 0..<2) == .invalidBatch)
        #expect(trainer.stepCount == 0)
        #expect(step(trainer, count: 2, values: 6) == nil)
    }

    @Test("are refused in prediction")
    func prediction() throws {
        let trainer = try trainer(.crossEntropy(), outputs: 2)
        let features = [Float](repeating: 1, count: 7)
        for (count, used) in [(0, 7), (5, 7), (2, 7), (1, 3)] {
            #expect(
                code {
                    try features.withUnsafeBufferPointer {
                        _ = try trainer.predict(features: UnsafeBufferPointer(rebasing: $0[0..<used]), count: count)
                    }
                } == .invalidBatch)
        }
    }
}
