import Architecture
import Compute
import HDF5
import Testing

@Suite("Mixed targets and pseudo-labels against PyTorch")
struct RegularizationGoldenTests {
    private static func cases(_ prefix: String) throws -> [GoldenCase] {
        try GoldenFile.regularization.cases().filter { $0.name.hasPrefix(prefix) }
    }

    @Test(
        "a loss of two classes per sample has its value and its gradient", arguments: try cases("mixed_"),
        [PlanOptions.Kernels.own, .oneDNN])
    func mixed(golden: GoldenCase, kernels: PlanOptions.Kernels) throws {
        let (predictions, shape) = try golden.group.read("predictions", as: Float.self)
        let trainer = try Trainer(
            model: try ModelDescription([.linear(.init(outputs: shape[1]))]).graph(on: [1]),
            loss: try golden.settings("loss", as: LossSettings.self).loss(), optimizer: .sgd(learningRate: 0),
            batchSize: shape[0], seed: 1, options: PlanOptions(kernels: kernels))
        let share = try golden.number("share")
        var gradient = [Float](repeating: .nan, count: predictions.count)
        let (sum, weight) = try predictions.withUnsafeBufferPointer { predicted in
            try gradient.withUnsafeMutableBufferPointer { gradient in
                try golden.classes("classes").withUnsafeBufferPointer { classes in
                    try golden.classes("partners").withUnsafeBufferPointer {
                        try trainer.evaluateLoss(
                            predicted: predicted, expected: .mixedClasses(classes, partners: $0, share: share),
                            count: shape[0], gradient: gradient)
                    }
                }
            }
        }
        var (results, expected) = (Results(), Results())
        results["value"] = [sum / weight]
        results.add("gradient", gradient)
        expected["value"] = [try golden.number("value")]
        expected.add("gradient", try golden.floats("gradient"))
        let misfits = results.misfits(to: expected, tolerance: 1e-5)
        #expect(misfits.isEmpty, "\(misfits)")
    }

    @Test(
        "a step of two batches adds their gradients before one update", arguments: try cases("pseudo_"),
        [PlanOptions.Kernels.own, .oneDNN])
    func pseudoLabels(golden: GoldenCase, kernels: PlanOptions.Kernels) throws {
        let (inputs, shape) = try golden.group.read("inputs", as: Float.self)
        let (unlabelledInputs, unlabelledShape) = try golden.group.read("unlabelled_inputs", as: Float.self)
        let layers = try golden.settings("layers", as: [LayerSettings].self).map { try $0.layer() }
        let clipNorm = try golden.number("clip_norm")
        let trainer = try Trainer(
            model: try ModelDescription(layers).graph(on: Shape(Array(shape.dropFirst()))),
            loss: try golden.settings("loss", as: LossSettings.self).loss(),
            optimizer: .init(
                .sgd(), learningRate: try golden.number("learning_rate"), clipNorm: clipNorm > 0 ? clipNorm : nil),
            batchSize: max(shape[0], unlabelledShape[0]), seed: UInt64(try golden.integer("seed")),
            options: PlanOptions(kernels: kernels))
        try trainer.load(modelState: golden.tensors("state"))
        trainer.restore(stepCount: try golden.integer("step"))
        let labels = try #require(PseudoLabelling.Labels(rawValue: golden.text("labels")))
        let weight = try golden.number("weight")
        let threshold = try golden.number("threshold")
        let weakInputs = labels == .consistent ? try golden.floats("weak_inputs") : []
        let room = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(weakInputs.count, 1))
        defer { room.deallocate() }
        _ = room.initialize(from: weakInputs)
        let weak = labels == .consistent ? UnsafeBufferPointer(room) : nil
        let (targets, truth) = (try golden.classes("targets"), try golden.classes("unlabelled_targets"))
        let (loss, unlabelled) = try inputs.withUnsafeBufferPointer { inputs in
            try unlabelledInputs.withUnsafeBufferPointer { features in
                try targets.withUnsafeBufferPointer { targets in
                    try truth.withUnsafeBufferPointer { classes in
                        try trainer.step(
                            features: inputs, targets: .classes(targets), count: shape[0],
                            unlabelled: UnlabelledBatch(
                                features: features, classes: classes, count: unlabelledShape[0], labels: labels,
                                weight: weight, weak: weak.map { ($0, threshold) }))
                    }
                }
            }
        }
        var (results, expected) = (Results(), Results())
        results["losses"] = [loss, unlabelled.lossSum / Double(unlabelled.sampleCount)]
        results.add("gradients", trainer.gradients())
        results.add("after", trainer.modelState())
        expected["losses"] = [try golden.number("labelled_loss"), try golden.number("unlabelled_loss")]
        for group in ["gradients", "after"] { expected.add(group, try golden.tensors(group)) }
        let misfits = results.misfits(to: expected, tolerance: 2e-5)
        #expect(misfits.isEmpty, "\(misfits)")
        let count = unlabelledShape[0]
        #expect(unlabelled.sampleCount == count)
        if labels == .consistent {
            #expect((1..<unlabelledShape[0]).contains(unlabelled.known), "those that it is sure of")
        } else {
            #expect(unlabelled.known == (labels == .online ? count : 0))
        }
        #expect(unlabelled.right == (labels == .given ? 0 : try golden.integer("right")))
    }

    @Test("every way to have labels, and clipping, has a golden")
    func coverage() throws {
        let cases = try Self.cases("pseudo_")
        #expect(Set(try cases.map { try $0.text("labels") }) == Set(PseudoLabelling.Labels.allCases.map(\.rawValue)))
        #expect(try cases.contains { try $0.number("clip_norm") > 0 })
        #expect(try Self.cases("mixed_").count == 8)
    }
}
