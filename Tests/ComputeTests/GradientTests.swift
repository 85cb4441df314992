import Architecture
import Compute
import TestSupport
import Testing

@Suite("The planned graph against the reference in Double")
struct GradientTests {
    @Test("has its loss and its gradients on random models", arguments: [false, true], SeededCases(30))
    func lossAndGradients(convolutional: Bool, testCase: SeededCase) throws {
        let seed = testCase.seed
        let random = try RandomCase(seed: seed, convolutional: convolutional)
        // The momentum buffer of the first step is the gradient itself.
        let trainer = try random.trainer(.sgd(learningRate: 1e-3, momentum: 0.5))
        let network = ReferenceNetwork(model: random.model, weights: trainer.modelState(), seed: seed)
        let expected = network.lossAndGradients(
            features: random.features.map(Double.init), targets: random.referenceTargets, count: random.count,
            step: 0)
        let loss = try random.step(trainer)
        #expect(abs(loss - expected.loss) < 1e-5 * max(1, expected.loss))
        let states = trainer.optimizerState()
        #expect(states.count == expected.gradients.count)
        let largest = expected.gradients.values.joined().map(abs).max() ?? 0
        for state in states {
            let name = String(state.name.dropLast(".momentum_buffer".count))
            let reference = try #require(expected.gradients[name], "\(name)")
            #expect(
                distance(state.values, reference, scale: max(largest / 30, 1e-6)) <= 1e-5,
                "\(name) of \(random.model.elements)")
        }
    }

    @Test("predicts as it does, with any smaller batch too", arguments: [false, true], SeededCases(30))
    func predictions(convolutional: Bool, testCase: SeededCase) throws {
        let seed = testCase.seed
        let random = try RandomCase(seed: seed, convolutional: convolutional)
        let trainer = try random.trainer(.adam(learningRate: 1e-3))
        let network = ReferenceNetwork(model: random.model, weights: trainer.modelState(), seed: seed)
        for count in Set([1, random.count]) {
            let predicted = try random.features.withUnsafeBufferPointer {
                Array(try trainer.predict(features: $0, count: count))
            }
            let expected = network.predict(features: random.features.map(Double.init), count: count)
            #expect(distance(predicted, expected) <= 1e-5, "batch of \(count)")
        }
    }

    @Test("agrees where products are large enough for oneDNN")
    func largeProducts() throws {
        let model = try ModelDescription([
            .linear(.init(outputs: 130)), .relu, .linear(.init(outputs: 201, bias: false)), .linear(.init(outputs: 5)),
        ]).placed(on: [300])
        let random = RandomCase(seed: 4, model: model, loss: .crossEntropy, count: 33)
        let trainer = try random.trainer(.sgd(learningRate: 0, momentum: 0.5))
        let network = ReferenceNetwork(model: model, weights: trainer.modelState(), seed: 4)
        let expected = network.lossAndGradients(
            features: random.features.map(Double.init), targets: random.referenceTargets, count: 33, step: 0)
        #expect(abs(try random.step(trainer) - expected.loss) < 1e-5)
        for state in trainer.optimizerState() {
            let name = String(state.name.dropLast(".momentum_buffer".count))
            #expect(distance(state.values, try #require(expected.gradients[name])) <= 1e-5, "\(name)")
        }
    }
}

/// max|a - b| / max|b|, infinite where the lengths differ or a value is NaN.
///
/// - Parameter scale: what stands for max|b| where that is smaller: the sum of a batch's gradients can nearly cancel,
///   and then its error is that of the terms.
func distance(_ a: [Float], _ b: [Double], scale: Double = 1e-6) -> Double {
    guard a.count == b.count else { return .infinity }
    let differences = zip(a, b).map { abs(Double($0) - $1) }
    guard differences.allSatisfy(\.isFinite) else { return .infinity }
    return (differences.max() ?? 0) / max(b.map(abs).max() ?? 0, scale)
}
