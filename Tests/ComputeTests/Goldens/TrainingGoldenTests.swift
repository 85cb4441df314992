import Architecture
import Compute
import HDF5
import Random
import Testing

/// A case of `training.h5`, whose weights and batches are drawn as `pytorch/training.py` says.
private struct TrainingGolden {
    let model: ModelGraph
    let loss: LossDescription
    let learningRate: Double
    let seed: UInt64
    let batch: Int
    let batches: Int
    let losses: [Double]
    /// How far PyTorch's own losses go apart when its weights are rounded otherwise.
    let spread: [Double]

    init(_ golden: GoldenCase) throws {
        switch golden.name {
        case "mnist_cnn": model = try ModelDescription.mnistCNN(dropout: 0).graph(on: [1, 28, 28])
        case "regressor": model = try ModelDescription.regressor(dropout: 0).graph(on: [13])
        case "resnet": model = try ModelDescription.resNet(classes: 10, width: 8, depth: 1).graph(on: [3, 16, 16])
        default: throw GoldenSettingsError(unknownKind: golden.name)
        }
        loss = try golden.settings("loss", as: LossSettings.self).loss()
        learningRate = try golden.number("learning_rate")
        seed = UInt64(try golden.integer("seed"))
        batch = try golden.integer("batch")
        batches = try golden.integer("batches")
        losses = try golden.group.read("losses", as: Double.self).values
        spread = try golden.group.read("spread", as: Double.self).values
    }

    func run(_ kernels: PlanOptions.Kernels) throws -> [Double] {
        let trainer = try Trainer(
            model: model, loss: loss, optimizer: .sgd(learningRate: learningRate), batchSize: batch, seed: seed,
            options: PlanOptions(kernels: kernels))
        try trainer.load(
            modelState: trainer.modelState().enumerated().map { index, tensor in
                NamedTensor(name: tensor.name, shape: tensor.shape, values: weights(like: tensor, index: index))
            })
        let drawn = (0..<batches).map(drawBatch)
        return try losses.indices.map { step in
            let (features, targets) = drawn[step % batches]
            return try features.withUnsafeBufferPointer { features in
                if case .crossEntropy = loss {
                    try targets.map { Int32($0 * 10) }.withUnsafeBufferPointer {
                        try trainer.step(features: features, targets: .classes($0), count: batch)
                    }
                } else {
                    try targets.withUnsafeBufferPointer {
                        try trainer.step(features: features, targets: .values($0), count: batch)
                    }
                }
            }
        }
    }

    private func weights(like tensor: NamedTensor, index: Int) -> [Float] {
        if tensor.name.hasSuffix("running_mean") { return tensor.values.map { _ in 0 } }
        if tensor.name.hasSuffix("running_var") { return tensor.values.map { _ in 1 } }
        let fanIn = tensor.shape.dropFirst().reduce(1, *)
        let bound = tensor.shape.count > 1 ? 1 / Float(fanIn).squareRoot() : 0.1
        let centre: Float = tensor.shape.count > 1 || tensor.name.hasSuffix("bias") ? 0 : 1
        var random = RandomStream(seed: seed, stream: .initialization, index: index)
        return tensor.values.map { _ in (2 * random.uniformFloat() - 1) * bound + centre }
    }

    private func drawBatch(_ index: Int) -> (features: [Float], targets: [Float]) {
        var random = RandomStream(seed: seed, stream: .sampler, index: index)
        return (
            (0..<batch * model.input.count).map { _ in random.uniformFloat() },
            (0..<batch).map { _ in random.uniformFloat() }
        )
    }
}

@Suite("Training against PyTorch")
struct TrainingGoldenTests {
    @Test(
        "has its losses in 20 steps of SGD", arguments: try GoldenFile.training.cases(),
        [PlanOptions.Kernels.own, .oneDNN])
    func losses(golden: GoldenCase, kernels: PlanOptions.Kernels) throws {
        let golden = try TrainingGolden(golden)
        let losses = try golden.run(kernels)
        #expect(losses.count == 20)
        for (step, loss) in losses.enumerated() {
            let difference = abs(loss - golden.losses[step])
            #expect(difference <= 1e-6 + 4 * golden.spread[step], "step \(step): \(loss), not \(golden.losses[step])")
        }
    }

    @Test("the networks are those that have goldens")
    func coverage() throws {
        #expect(Set(try GoldenFile.training.cases().map(\.name)) == ["mnist_cnn", "regressor", "resnet"])
    }
}
