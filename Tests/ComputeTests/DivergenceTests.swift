import Architecture
import Compute
import TestSupport
import Testing

@Suite("A run that has diverged")
struct DivergenceTests {
    private func drops(_ model: ModelGraph) -> Bool {
        model.nodes.contains { [.dropout, .channelDropout].contains($0.operation.kind) }
    }

    @Test("shows NaN features in loss and predictions", arguments: GradientTests.plans, SeededCases(3))
    func features(plan: (family: ModelFamily, kernels: PlanOptions.Kernels), testCase: SeededCase) throws {
        var random = RandomCase(plan.family, seed: testCase.seed)
        let trainer = try random.trainer(.sgd(learningRate: 0.01), options: PlanOptions(kernels: plan.kernels))
        let batch = random.anyBatch().spoiled()
        // A strided window may lie in the padding alone, and then nothing of the image is seen.
        let reference = ReferenceNetwork(model: random.model, state: random.state, seed: random.seed)
        let features = batch.features.prefix(random.model.input.count).map(Double.init)
        guard reference.forward(features, count: 1, step: nil).outputs.allSatisfy(\.isNaN) else { return }
        #expect(try batch.predict(trainer, count: 1).allSatisfy(\.isNaN), "\(random.model.nodes)")
        let loss = try batch.step(trainer)
        // A dropped NaN is gone, and that is right.
        #expect(loss.isNaN || drops(random.model), "\(random.model.nodes)")
        #expect(trainer.stepCount == 1)
    }

    @Test("shows NaN weights in its loss", arguments: GradientTests.plans, SeededCases(2))
    func weights(plan: (family: ModelFamily, kernels: PlanOptions.Kernels), testCase: SeededCase) throws {
        var random = RandomCase(plan.family, seed: testCase.seed)
        let trainer = try random.trainer(.adam(learningRate: 0.01), options: PlanOptions(kernels: plan.kernels))
        try trainer.load(
            modelState: random.state.map { tensor in
                NamedTensor(name: tensor.name, shape: tensor.shape, values: tensor.values.map { _ in .nan })
            })
        let batch = random.anyBatch()
        #expect(try batch.predict(trainer, count: 1).allSatisfy(\.isNaN), "\(random.model.nodes)")
        #expect(try batch.step(trainer).isNaN || drops(random.model), "\(random.model.nodes)")
        #expect(try batch.step(trainer).isNaN || drops(random.model), "\(random.model.nodes)")
    }

    @Test(
        "shows a single NaN pixel, whichever of an image it is",
        arguments: [
            [Layer.maxPool2d(.init(kernel: 3, stride: 2, padding: 1))], [.relu, .maxPool2d(.init(kernel: 2))],
            [.avgPool2d(.init(kernel: 2, padding: 1))], [.globalAvgPool], [.batchNorm(.init())],
            [.batchNorm(.init()), .relu], [.residual(.init(body: [.relu])), .relu], [.sigmoid], [.tanh], [.gelu],
            [.leakyReLU(.init())], [.conv2d(.init(channels: 5, kernel: 3, padding: 1)), .relu],
            [.conv2d(.init(channels: 5, kernel: 2, stride: 2)), .relu],
        ])
    func pixel(layers: [Layer]) throws {
        let model = try ModelDescription(layers + [.flatten, .linear(.init(outputs: 2))]).graph(on: [10, 6, 6])
        for options in [PlanOptions(), .init(differentiatesInput: true), .init(kernels: .oneDNN)] {
            let trainer = try Trainer(
                model: model, loss: .crossEntropy(), optimizer: .sgd(learningRate: 0), batchSize: 2, seed: 1,
                options: options)
            for place in stride(from: 0, to: 720, by: 71) {
                var features = (0..<720).map { Float($0 % 17) - 8 }
                features[place] = .nan
                let loss = try features.withUnsafeBufferPointer { features in
                    try [Int32(0), 1].withUnsafeBufferPointer {
                        try trainer.step(features: features, targets: .classes($0), count: 2)
                    }
                }
                #expect(loss.isNaN, "\(layers) at \(place), \(options)")
                try trainer.load(
                    modelState: trainer.modelState().map { tensor in
                        NamedTensor(name: tensor.name, shape: tensor.shape, values: tensor.values.map { _ in 0.5 })
                    })
            }
        }
    }
}
