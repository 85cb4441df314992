import Architecture
import Compute
import TestSupport
import Testing

@Suite("A plan's memory")
struct MemoryTests {
    /// A buffer whose lifetime was too short would be overwritten here, and only here.
    @Test("changes no bit of what is computed by being shared", arguments: GradientTests.plans, SeededCases(2))
    func sharing(plan: (family: ModelFamily, kernels: PlanOptions.Kernels), testCase: SeededCase) throws {
        let results = try [true, false].map { sharesMemory in
            var random = RandomCase(plan.family, seed: testCase.seed)
            let trainer = try random.trainer(
                .adam(learningRate: 0.01), options: PlanOptions(kernels: plan.kernels, sharesMemory: sharesMemory))
            var bits: [UInt32] = []
            for _ in 0..<2 {
                let batch = random.anyBatch()
                bits.append(Float(try batch.step(trainer)).bitPattern)
                bits += try batch.predict(trainer, count: 1).map(\.bitPattern)
            }
            return bits + trainer.modelState().flatMap { $0.values.map(\.bitPattern) }
        }
        #expect(results[0] == results[1])
    }

    @Test("is far less than its buffers' sum in a deep net")
    func size() throws {
        let model = try ModelDescription.resNet(classes: 10, width: 16, depth: 8).graph(on: [3, 16, 16])
        func size(isTraining: Bool, sharesMemory: Bool) throws -> Double {
            let trainer = try Trainer(
                model: model, loss: .crossEntropy(), optimizer: .sgd(learningRate: 0), batchSize: 16, seed: 1,
                options: PlanOptions(sharesMemory: sharesMemory))
            return Double(try trainer.planSize(isTraining: isTraining))
        }
        let training = try size(isTraining: true, sharesMemory: true)
        let all = try size(isTraining: true, sharesMemory: false)
        #expect(training < 0.65 * all, "\(training) of \(all)")
        // Evaluation keeps nothing for a backward pass: a few images at a time, however deep the net is.
        let evaluation = try size(isTraining: false, sharesMemory: true)
        let apart = try size(isTraining: false, sharesMemory: false)
        #expect(evaluation < 0.25 * apart, "\(evaluation) of \(apart)")
        #expect(evaluation < 0.25 * training)
    }
}
