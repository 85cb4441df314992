import Architecture
import Compute
import HDF5
import Testing

/// A case of `layers.h5`: a small model, a batch, the gradient by its outputs, and all that follows from them.
private struct LayerGolden {
    let golden: GoldenCase
    let model: ModelGraph
    let results: Results
    let tolerance: Double

    init(_ golden: GoldenCase) throws {
        self.golden = golden
        let (_, shape) = try golden.group.read("inputs", as: Float.self)
        let layers = try golden.settings("layers", as: [LayerSettings].self).map { try $0.layer() }
        let input = Shape(Array(shape.dropFirst()))
        let model = try ModelDescription(layers).graph(on: input)
        // Losses take features only; to flatten an image changes none of its values.
        self.model =
            model.output.dimensions.count == 1 ? model : try ModelDescription(layers + [.flatten]).graph(on: input)
        tolerance = try golden.number("tolerance")
        var results = Results()
        for name in ["outputs", "input_gradient"] { results.add(name, try golden.floats(name)) }
        // Stored where it is another than in training.
        results.add(
            "evaluation", try golden.floats(try golden.group.contains("evaluation") ? "evaluation" : "outputs"))
        for group in ["gradients", "running"] { results.add(group, try golden.tensors(group)) }
        self.results = results
    }

    /// What Winnow computes.
    func run(_ kernels: PlanOptions.Kernels) throws -> Results {
        let inputs = try golden.floats("inputs")
        let count = inputs.count / model.input.count
        let trainer = try Trainer(
            model: model, loss: .meanSquaredError, optimizer: .sgd(learningRate: 0), batchSize: count,
            seed: UInt64(try golden.integer("seed")),
            options: PlanOptions(kernels: kernels, differentiatesInput: true))
        try trainer.load(modelState: golden.tensors("state"))
        trainer.restore(stepCount: try golden.integer("step"))
        let (outputs, inputGradient) = try inputs.withUnsafeBufferPointer { inputs in
            try golden.floats("output_gradient").withUnsafeBufferPointer {
                try trainer.backpropagate(features: inputs, outputGradient: $0, count: count)
            }
        }
        var results = Results()
        results.add("outputs", outputs)
        results.add("input_gradient", inputGradient)
        results.add("gradients", trainer.gradients())
        results.add("running", trainer.modelState().filter { $0.name.contains("running") })
        results.add(
            "evaluation", try inputs.withUnsafeBufferPointer { Array(try trainer.predict(features: $0, count: count)) })
        return results
    }
}

@Suite("Operations against PyTorch")
struct LayerGoldenTests {
    @Test(
        "have its outputs, gradients, running statistics and outputs in evaluation",
        arguments: try GoldenFile.layers.cases(), [PlanOptions.Kernels.own, .oneDNN])
    func results(golden: GoldenCase, kernels: PlanOptions.Kernels) throws {
        let golden = try LayerGolden(golden)
        let misfits = try golden.run(kernels).misfits(to: golden.results, tolerance: golden.tolerance)
        #expect(misfits.isEmpty, "\(misfits)")
    }

    @Test("a single number that is off by 1e-3 is found, wherever it stands", arguments: try GoldenFile.layers.cases())
    func plantedError(golden: GoldenCase) throws {
        let golden = try LayerGolden(golden)
        for (name, values) in golden.results.values {
            let largest = values.map(abs).max() ?? 0
            for place in Set([0, values.count / 2, values.count - 1]) {
                var wrong = golden.results
                wrong[name]?[place] += (values[place] < 0 ? -1 : 1) * 1e-3 * largest
                let misfits = wrong.misfits(to: golden.results, tolerance: golden.tolerance)
                #expect(misfits.count == 1 && misfits[0].hasPrefix("\(name)[\(place)]"), "\(name): \(misfits)")
            }
        }
    }

    @Test("every operation has a golden")
    func coverage() throws {
        var covered: Set<String> = []
        for golden in try GoldenFile.layers.cases() {
            let operation = try golden.text("operation")
            let kinds = try LayerGolden(golden).model.nodes.map(\.operation.kind.rawValue)
            #expect(kinds.contains(operation), "\(golden.name) is no case of \(operation): \(kinds)")
            covered.insert(operation)
        }
        #expect(covered == Set(Operation.Kind.allCases.map(\.rawValue)))
    }
}
