import Architecture
import Compute
import TestSupport
import Testing

/// A planned model with its state after some steps, held against the reference step by step.
private struct Comparison {
    var random: RandomCase
    let trainer: Trainer
    let options: PlanOptions
    let tolerance: Double

    init(_ family: ModelFamily, _ kernels: PlanOptions.Kernels, seed: UInt64) throws {
        random = RandomCase(family, seed: seed)
        options = PlanOptions(kernels: kernels, differentiatesInput: seed % 3 != 0)
        // Clipped, as a state that has blown up is not steady; the gradients themselves stay as they are.
        trainer = try random.trainer(.init(.sgd(), learningRate: 0.1, clipNorm: 1), options: options)
        let isWinograd = random.model.nodes.contains { node in
            guard case .convolution(let conv) = node.operation else { return false }
            return conv.kernel == 3 && conv.stride == 1
        }
        // Behind a normalisation over few values stands what is left of terms that nearly cancel.
        let isNormalized = random.model.nodes.contains { $0.operation.kind == .batchNorm }
        tolerance = isWinograd || isNormalized ? 1e-4 : 1e-5
    }

    var reference: ReferenceNetwork {
        ReferenceNetwork(model: random.model, state: trainer.modelState(), seed: random.seed)
    }

    /// What differs, in words.
    ///
    /// - Parameter shaken: what the reference makes of features that are off by a rounding. Where that alone moves a
    ///   value, behind a normalisation over few values above all, a hundred roundings on the way may move it so much more.
    func misfits(
        _ found: [NamedTensor], _ expected: [String: [Double]], scales: [String: Double] = [:],
        shaken: [String: [Double]] = [:]
    ) -> [String] {
        let missing = Set(expected.keys).subtracting(found.map(\.name)).map { "\($0) is missing" }
        return missing
            + found.compactMap { tensor in
                guard let values = expected[tensor.name] else { return "\(tensor.name) is unknown" }
                let scale = scales[tensor.name] ?? 1e-6
                let distance = distance(tensor.values, values, scale: scale)
                let unsteadiness = shaken[tensor.name].map { ComputeTests.distance($0, values, scale: scale) } ?? 0
                return distance <= max(tolerance, 100 * unsteadiness) ? nil : "\(tensor.name) is off by \(distance)"
            }
    }

    func misfits(to expected: ReferenceNetwork.Gradients, shaken: ReferenceNetwork.Gradients) -> [String] {
        misfits(
            trainer.gradients(), expected.parameters, scales: expected.scales, shaken: shaken.parameters)
    }

    /// The features off by a 32-bit rounding, up and down in turn.
    static func shaken(_ features: [Float]) -> [Double] {
        features.enumerated().map { Double($1) * ($0 % 3 == 0 ? 1 - 0x1p-24 : 1 + 0x1p-24) }
    }

    var statistics: [NamedTensor] { trainer.modelState().filter { $0.name.contains(".running_") } }
}

@Suite("The planned graph against the reference in Double")
struct GradientTests {
    static let plans = ModelFamily.allCases.flatMap { family in
        [PlanOptions.Kernels.own, .oneDNN].map { (family, $0) }
    }

    @Test("learns and predicts as it does", arguments: plans, SeededCases(6))
    func agreement(plan: (family: ModelFamily, kernels: PlanOptions.Kernels), testCase: SeededCase) throws {
        var comparison = try Comparison(plan.family, plan.kernels, seed: testCase.seed)
        let model = comparison.random.model
        let trainer = comparison.trainer
        let loss = ReferenceLoss(description: comparison.random.loss, outputs: model.output.count)
        let layers = "\(model.nodes.map { "\($0.operation) \($0.output)" }) on \(model.input)"
        var steps = 0
        for count in [nil, nil, max(1, comparison.random.batchSize - 1)] {
            let reference = comparison.reference
            guard let batch = comparison.random.batch(for: reference, step: steps, count: count) else { break }
            let pass = reference.forward(batch.features.map(Double.init), count: batch.count, step: steps)
            let expected = loss.evaluate(pass.outputs, batch.referenceTargets)
            let gradients = reference.backward(pass, outputGradient: expected.gradient)
            let shakenPass = reference.forward(Comparison.shaken(batch.features), count: batch.count, step: steps)
            let shaken = reference.backward(
                shakenPass, outputGradient: loss.evaluate(shakenPass.outputs, batch.referenceTargets).gradient)
            let found = try batch.step(trainer)
            #expect(
                abs(found - expected.loss) <= comparison.tolerance * max(1, expected.loss), "step \(steps): \(layers)")
            #expect(comparison.misfits(to: gradients, shaken: shaken) == [], "step \(steps): \(layers)")
            #expect(comparison.misfits(comparison.statistics, pass.statistics) == [], "step \(steps): \(layers)")
            steps += 1
        }
        #expect(steps > 0)

        let reference = comparison.reference
        let batch = comparison.random.anyBatch()
        for count in Set([1, batch.count]) {
            let features = batch.features.prefix(count * model.input.count).map(Double.init)
            let expected = reference.forward(features, count: count, step: nil).outputs
            let found = try batch.predict(trainer, count: count)
            #expect(
                distance(found, expected, scale: 0.1) <= comparison.tolerance, "evaluation of \(count): \(layers)")
        }
    }

    @Test("leads a gradient by the outputs back to parameters and inputs as it does", arguments: plans, SeededCases(4))
    func backpropagation(plan: (family: ModelFamily, kernels: PlanOptions.Kernels), testCase: SeededCase) throws {
        var comparison = try Comparison(plan.family, plan.kernels, seed: testCase.seed)
        let model = comparison.random.model
        let reference = comparison.reference
        let layers = "\(model.nodes.map { "\($0.operation) \($0.output)" }) on \(model.input)"
        let steady = comparison.random.batch(for: reference, step: 0)
        let batch = try #require(steady)
        let outputGradient = comparison.random.outputGradient(count: batch.count)
        let pass = reference.forward(batch.features.map(Double.init), count: batch.count, step: 0)
        let expected = reference.backward(pass, outputGradient: outputGradient.map(Double.init))
        let shaken = reference.backward(
            reference.forward(Comparison.shaken(batch.features), count: batch.count, step: 0),
            outputGradient: outputGradient.map(Double.init))
        let found = try batch.features.withUnsafeBufferPointer { features in
            try outputGradient.withUnsafeBufferPointer {
                try comparison.trainer.backpropagate(features: features, outputGradient: $0, count: batch.count)
            }
        }
        #expect(distance(found.outputs, pass.outputs) <= comparison.tolerance, "\(layers)")
        #expect(comparison.misfits(to: expected, shaken: shaken) == [], "\(layers)")
        if comparison.options.differentiatesInput {
            let largest = expected.input.reduce(0) { max($0, abs($1)) }
            #expect(largest == 0 || distance(found.inputGradient, expected.input) <= comparison.tolerance, "\(layers)")
        } else {
            #expect(found.inputGradient.isEmpty)
        }
    }
}
