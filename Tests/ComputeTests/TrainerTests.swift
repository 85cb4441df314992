import Architecture
import Compute
import Glibc
import Testing

@Suite("The trainer")
struct TrainerTests {
    private func trainer(
        _ layers: [Layer] = [.linear(.init(outputs: 3)), .relu, .linear(.init(outputs: 2))], on input: Shape = [4],
        loss: LossDescription = .crossEntropy, optimizer: OptimizerDescription = .adam(learningRate: 1e-3),
        batchSize: Int = 4
    ) throws -> Trainer {
        try Trainer(
            model: try ModelDescription(layers).placed(on: input), loss: loss, optimizer: optimizer,
            batchSize: batchSize, seed: 1)
    }

    private func code(_ body: () throws -> Void) -> ComputeError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ComputeError)?.code
        }
    }

    @Test("refuses impossible settings")
    func settings() {
        #expect(code { _ = try trainer(batchSize: 0) } == .invalidSetting)
        #expect(code { _ = try trainer([.linear(.init(outputs: 1))]) } == .invalidSetting)
        #expect(code { _ = try trainer([.relu]) } == .invalidSetting)
        #expect(
            code { _ = try trainer([.conv2d(.init(channels: 2, kernel: 1))], on: [1, 2, 2]) } == .invalidSetting)
        for optimizer: OptimizerDescription in [
            .adam(learningRate: -1), .adam(learningRate: .nan), .adam(learningRate: 1, beta1: 1),
            .adam(learningRate: 1, epsilon: 0), .sgd(learningRate: .infinity), .sgd(learningRate: 1, momentum: 1),
            .sgd(learningRate: 1, weightDecay: -1),
        ] {
            #expect(code { _ = try trainer(optimizer: optimizer) } == .invalidSetting, "\(optimizer)")
        }
    }

    @Test("refuses batches that do not fit, and learns nothing from them")
    func batches() throws {
        let trainer = try trainer()
        let before = trainer.modelState()
        let features = [Float](repeating: 1, count: 16)
        let classes: [Int32] = [0, 1, 2, -1]
        func step(_ count: Int, features used: Int = 16, classes range: Range<Int>) -> ComputeError.Code? {
            code {
                try features.withUnsafeBufferPointer { features in
                    try classes.withUnsafeBufferPointer { classes in
                        _ = try trainer.step(
                            features: UnsafeBufferPointer(rebasing: features[0..<used]),
                            targets: .classes(UnsafeBufferPointer(rebasing: classes[range])), count: count)
                    }
                }
            }
        }
        #expect(step(0, classes: 0..<2) == .invalidBatch)
        #expect(step(5, classes: 0..<4) == .invalidBatch)
        #expect(step(2, features: 7, classes: 0..<2) == .invalidBatch)
        #expect(step(2, classes: 0..<1) == .invalidBatch)
        #expect(step(2, classes: 1..<3) == .invalidBatch)
        #expect(step(1, classes: 3..<4) == .invalidBatch)
        #expect(
            code {
                try features.withUnsafeBufferPointer {
                    _ = try trainer.step(features: $0, targets: .values($0), count: 2)
                }
            } == .invalidBatch)
        #expect(trainer.modelState() == before)
        #expect(trainer.stepCount == 0)
        #expect(step(2, classes: 0..<2) == nil)
        #expect(trainer.modelState() != before)
    }

    @Test("takes back exactly its own state, in any order")
    func states() throws {
        let trainer = try trainer()
        let state = trainer.modelState()
        #expect(state.map(\.name) == ["0.weight", "0.bias", "2.weight", "2.bias"])
        #expect(state.map(\.shape) == [[3, 4], [3], [2, 3], [2]])
        try trainer.load(modelState: state.reversed())
        #expect(trainer.modelState() == state)
        #expect(
            trainer.optimizerState().map(\.name) == [
                "0.weight.exp_avg", "0.bias.exp_avg", "2.weight.exp_avg", "2.bias.exp_avg",
                "0.weight.exp_avg_sq", "0.bias.exp_avg_sq", "2.weight.exp_avg_sq", "2.bias.exp_avg_sq",
            ])
    }

    @Test("refuses any other state and keeps what it has")
    func foreignStates() throws {
        let trainer = try trainer()
        let state = trainer.modelState()
        var changed = state
        changed[0].values[0] += 1
        var misshapen = changed
        misshapen[3].shape = [2, 1]
        var short = changed
        short[3].values.removeLast()
        var renamed = changed
        renamed[3].name = "3.bias"
        let twice = changed + [changed[0]]
        let extra = changed + [NamedTensor(name: "9.weight", shape: [1], values: [1])]
        for foreign in [misshapen, short, renamed, twice, extra, Array(changed.dropLast()), []] {
            #expect(code { try trainer.load(modelState: foreign) } == .invalidState)
        }
        #expect(trainer.modelState() == state)
        #expect(code { try trainer.load(optimizerState: state) } == .invalidState)
    }

    @Test("draws weights as PyTorch does: uniform within 1 / sqrt(fan in), weights and biases alike")
    func initialization() throws {
        let trainer = try trainer([.linear(.init(outputs: 400))], on: [100])
        for tensor in trainer.modelState() {
            let bound: Float = 0.1
            #expect(tensor.values.allSatisfy { abs($0) <= bound })
            let count = Float(tensor.values.count)
            let mean = tensor.values.reduce(0, +) / count
            let variance = tensor.values.reduce(0) { $0 + $1 * $1 } / count
            // Four standard errors of the mean and of the second moment of a uniform distribution.
            #expect(abs(mean) < 4 * bound / (3 * count).squareRoot())
            #expect(abs(variance - bound * bound / 3) < 4 * bound * bound * (4 / (45 * count)).squareRoot())
        }
    }

    @Test("drops the share that was asked for, and keeps the mean")
    func dropout() throws {
        let probability = 0.3
        let count = 100_000
        // One sample of ones, through dropout into a sum: its weights' gradients are dropout's output times a factor,
        // and the root of its loss is dropout's sum.
        let trainer = try trainer(
            [.dropout(.init(probability: probability)), .linear(.init(outputs: 1, bias: false))], on: [count],
            loss: .meanSquaredError, optimizer: .sgd(learningRate: 0, momentum: 0.5), batchSize: 1)
        let ones = [Float](repeating: 1, count: count)
        try trainer.load(modelState: [NamedTensor(name: "1.weight", shape: [1, count], values: ones)])
        let loss = try ones.withUnsafeBufferPointer { features in
            try [Float](repeating: 0, count: 1).withUnsafeBufferPointer {
                try trainer.step(features: features, targets: .values($0), count: 1)
            }
        }
        let gradient = trainer.optimizerState()[0].values
        let dropped = Double(gradient.count { $0 == 0 })
        let expected = probability * Double(count)
        #expect(abs(dropped - expected) < 4 * (expected * (1 - probability)).squareRoot())
        #expect(Set(gradient).count == 2)
        let standardError = (probability / (1 - probability) / Double(count)).squareRoot()
        #expect(abs(loss.squareRoot() / Double(count) - 1) < 4 * standardError)
    }

    @Test("keeps oneDNN's OpenMP on one thread, whichever thread computes")
    func threads() throws {
        #expect(ComputeBackend.current.threads == 1)
        guard let symbol = dlsym(nil, "omp_get_max_threads") else { return }
        let trainer = try trainer()
        // OpenMP keeps the number per thread: as if the trainer had moved to one that has never computed.
        unsafeBitCast(dlsym(nil, "omp_set_num_threads"), to: (@convention(c) (Int32) -> Void).self)(7)
        let maximum = unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)
        #expect(maximum() == 7)
        let features: [Float] = [1, 2, 3, 4]
        _ = try features.withUnsafeBufferPointer { try trainer.predict(features: $0, count: 1)[0] }
        #expect(maximum() == 1)
    }

    @Test("names the backend that its numbers depend on")
    func backend() {
        #expect(ComputeBackend.current.library.split(separator: ".").count == 3)
        #expect(!ComputeBackend.current.instructionSet.isEmpty)
    }
}
