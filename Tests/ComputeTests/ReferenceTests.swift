import Architecture
import Compute
import Random
import TestSupport
import Testing

@Suite("The reference in Double")
struct ReferenceTests {
    @Test("has the gradients that finite differences show", arguments: [false, true], SeededCases(8))
    func finiteDifferences(convolutional: Bool, testCase: SeededCase) throws {
        let seed = testCase.seed
        let random = try RandomCase(seed: seed, convolutional: convolutional)
        let trainer = try random.trainer(.sgd(learningRate: 0))
        var network = ReferenceNetwork(model: random.model, weights: trainer.modelState(), seed: seed)
        let features = random.features.map(Double.init)
        func loss() -> Double {
            network.lossAndGradients(
                features: features, targets: random.referenceTargets, count: random.count, step: 3
            ).loss
        }
        let gradients = network.lossAndGradients(
            features: features, targets: random.referenceTargets, count: random.count, step: 3
        ).gradients
        var draw = RandomStream(seed: seed, stream: .sampler)
        for (name, gradient) in gradients {
            let place = draw.uniformInt(below: gradient.count)
            let value = network.weights[name]![place]
            // So small that a kink of ReLU or of the maximum lies between the two points once in a million times.
            let distance = 1e-6
            network.weights[name]![place] = value + distance
            let above = loss()
            network.weights[name]![place] = value - distance
            let below = loss()
            network.weights[name]![place] = value
            let slope = (above - below) / (2 * distance)
            #expect(
                abs(slope - gradient[place]) < 1e-6 * max(1, abs(slope)), "\(name)[\(place)]")
        }
    }
}
