import Architecture
import Compute
import Glibc
import TestSupport
import Testing

@Suite("Optimizers against the formulas in Double")
struct OptimizerTests {
    /// Ten steps of a linear model with one weight matrix, whose gradients the reference network gives.
    private func compare(
        _ optimizer: OptimizerDescription, seed: UInt64,
        update: (_ step: Double, _ gradient: Double, _ weight: Double, _ state: inout (Double, Double)) -> Double
    ) throws {
        let random = try RandomCase(seed: seed, convolutional: false)
        let trainer = try random.trainer(optimizer)
        var network = ReferenceNetwork(model: random.model, weights: trainer.modelState(), seed: seed)
        var states = network.weights.mapValues { [(Double, Double)](repeating: (0, 0), count: $0.count) }
        for step in 0..<10 {
            let gradients = network.lossAndGradients(
                features: random.features.map(Double.init), targets: random.referenceTargets, count: random.count,
                step: step
            ).gradients
            for (name, gradient) in gradients {
                for i in gradient.indices {
                    network.weights[name]![i] = update(
                        Double(step + 1), gradient[i], network.weights[name]![i], &states[name]![i])
                }
            }
            _ = try random.step(trainer)
        }
        for tensor in trainer.modelState() {
            #expect(distance(tensor.values, network.weights[tensor.name]!) < 1e-5, "\(tensor.name)")
        }
    }

    @Test("SGD with momentum and weight decay", arguments: SeededCases(10))
    func sgd(testCase: SeededCase) throws {
        for momentum in [0, 0.9] {
            try compare(.sgd(learningRate: 0.01, momentum: momentum, weightDecay: 0.02), seed: testCase.seed) {
                step, gradient, weight, state in
                state.0 = momentum * state.0 + gradient + 0.02 * weight
                return weight - 0.01 * state.0
            }
        }
    }

    @Test("Adam with weight decay", arguments: SeededCases(10))
    func adam(testCase: SeededCase) throws {
        // A large epsilon, so that a gradient near zero, whose sign rounding decides, cannot move a weight by a step.
        let epsilon = 1e-2
        try compare(
            .adam(learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: epsilon, weightDecay: 0.02),
            seed: testCase.seed
        ) { step, gradient, weight, state in
            let g = gradient + 0.02 * weight
            state.0 = 0.8 * state.0 + 0.2 * g
            state.1 = 0.95 * state.1 + 0.05 * g * g
            let mean = state.0 / (1 - pow(0.8, step))
            let square = state.1 / (1 - pow(0.95, step))
            return weight - 0.01 * mean / (square.squareRoot() + epsilon)
        }
    }
}
