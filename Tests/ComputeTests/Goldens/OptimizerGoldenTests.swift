import Architecture
import Compute
import HDF5
import Testing

@Suite("Optimizers against PyTorch")
struct OptimizerGoldenTests {
    @Test(
        "leave its weights after each step, their rate and momentum changed or not",
        arguments: try GoldenFile.optimizers.cases(), [PlanOptions.Kernels.own, .oneDNN])
    func trajectories(golden: GoldenCase, kernels: PlanOptions.Kernels) throws {
        let (inputs, shape) = try golden.group.read("inputs", as: Float.self)
        let targets = try golden.floats("targets")
        let (steps, count) = (shape[0], shape[1])
        let layers = try golden.settings("layers", as: [LayerSettings].self).map { try $0.layer() }
        let trainer = try Trainer(
            model: try ModelDescription(layers).graph(on: Shape(Array(shape.dropFirst(2)))), loss: .meanSquaredError,
            optimizer: try golden.settings("optimizer", as: OptimizerSettings.self).optimizer, batchSize: count,
            seed: 1, options: PlanOptions(kernels: kernels))
        try trainer.load(modelState: golden.tensors("state"))
        let rates = try changing("rates", golden)
        let momenta = try changing("momenta", golden)

        var results = Results()
        for step in 0..<steps {
            if let rates { trainer.learningRate = rates[step] }
            if let momenta { trainer.momentum = momenta[step] }
            _ = try slice(inputs, step, of: steps).withUnsafeBufferPointer { inputs in
                try slice(targets, step, of: steps).withUnsafeBufferPointer {
                    try trainer.step(features: inputs, targets: .values($0), count: count)
                }
            }
            for tensor in trainer.modelState() {
                results["trajectory/\(tensor.name)", default: []] += tensor.values.map(Double.init)
            }
        }
        var expected = Results()
        expected.add("trajectory", try golden.tensors("trajectory"))
        let misfits = results.misfits(to: expected, tolerance: 1e-5)
        #expect(misfits.isEmpty, "\(misfits)")
    }

    /// What a schedule would set in each step; nil where the case leaves it alone.
    private func changing(_ name: String, _ golden: GoldenCase) throws -> [Double]? {
        try golden.group.contains(name) ? try golden.group.read(name, as: Double.self).values : nil
    }

    private func slice(_ values: [Float], _ step: Int, of steps: Int) -> [Float] {
        let count = values.count / steps
        return Array(values[step * count..<(step + 1) * count])
    }

    @Test("every optimizer has a golden")
    func coverage() throws {
        let settings = try GoldenFile.optimizers.cases().map {
            try $0.settings("optimizer", as: OptimizerSettings.self)
        }
        #expect(Set(settings.map(\.kind)) == Set(UpdateRule.Kind.allCases))
        #expect(Set(settings.filter { ($0.weightDecay ?? 0) > 0 }.map(\.kind)) == Set(UpdateRule.Kind.allCases))
        #expect(settings.contains { $0.clipNorm != nil })
    }
}
