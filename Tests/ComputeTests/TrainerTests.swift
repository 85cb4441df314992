import Architecture
import Compute
import Glibc
import Testing

@Suite("The trainer")
struct TrainerTests {
    private func trainer(
        _ layers: [Layer] = [.linear(.init(outputs: 3)), .relu, .linear(.init(outputs: 2))], on input: Shape = [4],
        loss: LossDescription = .crossEntropy(), optimizer: OptimizerDescription = .adam(learningRate: 1e-3),
        batchSize: Int = 4
    ) throws -> Trainer {
        try Trainer(
            model: try ModelDescription(layers).graph(on: input), loss: loss, optimizer: optimizer,
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

    @Test("keeps oneDNN's OpenMP on one thread, whichever thread computes")
    func threads() throws {
        #expect(try ComputeBackend.current().threads == 1)
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
    func backend() throws {
        let backend = try ComputeBackend.current()
        #expect(backend.library.split(separator: ".").count == 3)
        #expect(!backend.instructionSet.isEmpty)
        #expect(backend.kernels.hasPrefix("own ") || backend.kernels == "onednn")
    }
}
