import Architecture
import Compute
import HDF5
import Testing

@Suite("Losses against PyTorch")
struct LossGoldenTests {
    private func description(_ golden: GoldenCase) throws -> LossDescription {
        let loss = try golden.settings("loss", as: LossSettings.self).loss()
        guard try golden.group.hasAttribute("class_counts") else { return loss }
        return loss.resolved(classCounts: try golden.settings("class_counts", as: [Int].self))
    }

    @Test(
        "have its value and its gradient", arguments: try GoldenFile.losses.cases(),
        [PlanOptions.Kernels.own, .oneDNN])
    func results(golden: GoldenCase, kernels: PlanOptions.Kernels) throws {
        let (predictions, shape) = try golden.group.read("predictions", as: Float.self)
        let (count, outputs) = (shape[0], shape[1])
        // The network before the loss has no part in it.
        let trainer = try Trainer(
            model: try ModelDescription([.linear(.init(outputs: outputs))]).graph(on: [1]),
            loss: description(golden), optimizer: .sgd(learningRate: 0), batchSize: count, seed: 1,
            options: PlanOptions(kernels: kernels))
        var gradient = [Float](repeating: .nan, count: predictions.count)
        let (sum, weight) = try predictions.withUnsafeBufferPointer { predicted in
            try gradient.withUnsafeMutableBufferPointer { gradient in
                if [.crossEntropy, .focal].contains(trainer.loss.kind) {
                    try golden.group.read("targets", as: Int32.self).values.withUnsafeBufferPointer {
                        try trainer.evaluateLoss(
                            predicted: predicted, expected: .classes($0), count: count, gradient: gradient)
                    }
                } else {
                    try golden.floats("targets").withUnsafeBufferPointer {
                        try trainer.evaluateLoss(
                            predicted: predicted, expected: .values($0), count: count, gradient: gradient)
                    }
                }
            }
        }
        var results = Results()
        results["value"] = [sum / weight]
        results.add("gradient", gradient)
        var expected = Results()
        expected["value"] = [try golden.number("value")]
        expected.add("gradient", try golden.floats("gradient"))
        let misfits = results.misfits(to: expected, tolerance: 1e-5)
        #expect(misfits.isEmpty, "\(misfits)")
    }

    @Test("every loss, smoothing and rule for class weights has a golden")
    func coverage() throws {
        let settings = try GoldenFile.losses.cases().map { try $0.settings("loss", as: LossSettings.self) }
        #expect(Set(settings.map(\.kind)) == Set(LossDescription.Kind.allCases))
        #expect(Set(settings.compactMap(\.labelSmoothing?.spread)) == Set(LabelSmoothing.Spread.allCases))
        #expect(
            Set(settings.compactMap(\.classWeights?.kind)) == ["list", "inverse_frequency", "one_minus_frequency"])
    }
}
