import Architecture
import Compute
import Glibc
import Random
import TestSupport
import Testing

@Suite("Optimizers against the formulas in Double")
struct OptimizerTests {
    /// One weight's numbers: what an optimizer keeps of it, two numbers at most.
    private typealias State = (first: Double, second: Double)

    /// A step of one weight.
    private struct Step {
        let number: Double
        let rate: Double
        /// Another momentum or beta1 than the optimizer's, from a schedule.
        let momentum: Double?
        let gradient: Double
        let weight: Double
    }

    /// Twelve steps with rates, and in the later ones momenta, that change from step to step; `update` gets the
    /// gradients that the trainer computed and returns the new weight.
    private func compare(
        _ optimizer: OptimizerDescription, seed: UInt64, update: (Step, inout State) -> Double
    ) throws {
        var random = RandomCase(.normalizedConvolutions, seed: seed)
        let trainer = try random.trainer(optimizer)
        var draw = RandomStream(seed: seed, stream: .disturbance)
        var weights = Dictionary(
            uniqueKeysWithValues: trainer.modelState().map { ($0.name, $0.values.map(Double.init)) })
        var states = weights.mapValues { [State](repeating: (0, 0), count: $0.count) }
        for number in 1...12 {
            trainer.learningRate = optimizer.learningRate * (0.5 + draw.uniformDouble())
            trainer.momentum = number > 6 ? 0.5 + 0.4 * draw.uniformDouble() : nil
            _ = try random.anyBatch().step(trainer)
            for tensor in trainer.gradients() {
                for (place, gradient) in tensor.values.enumerated() {
                    let step = Step(
                        number: Double(number), rate: trainer.learningRate, momentum: trainer.momentum,
                        gradient: Double(gradient), weight: weights[tensor.name]![place])
                    weights[tensor.name]![place] = update(step, &states[tensor.name]![place])
                }
            }
        }
        for tensor in trainer.modelState() where !tensor.name.contains("running") {
            #expect(distance(tensor.values, weights[tensor.name]!) < 1e-5, "\(tensor.name)")
        }
    }

    @Test("SGD with and without momentum", arguments: [0, 0.9], SeededCases(3))
    func sgd(momentum: Double, testCase: SeededCase) throws {
        try compare(.sgd(learningRate: 0.01, momentum: momentum, weightDecay: 0.02), seed: testCase.seed) {
            step, state in
            let gradient = step.gradient + 0.02 * step.weight
            // Without a momentum of its own it keeps nothing that one could be applied to.
            guard momentum > 0 else { return step.weight - step.rate * gradient }
            state.first = (step.momentum ?? momentum) * state.first + gradient
            return step.weight - step.rate * state.first
        }
    }

    @Test("SGD with Nesterov's momentum", arguments: SeededCases(3))
    func nesterov(testCase: SeededCase) throws {
        try compare(
            .sgd(learningRate: 0.01, momentum: 0.8, nesterov: true, weightDecay: 0.02), seed: testCase.seed
        ) { step, state in
            let momentum = step.momentum ?? 0.8
            let gradient = step.gradient + 0.02 * step.weight
            state.first = momentum * state.first + gradient
            return step.weight - step.rate * (gradient + momentum * state.first)
        }
    }

    @Test("Adam, and AdamW with its own way of weight decay", arguments: [false, true], SeededCases(3))
    func adam(decouples: Bool, testCase: SeededCase) throws {
        let moments = UpdateRule.Moments(beta1: 0.8, beta2: 0.95, epsilon: 1e-6)
        let rule = decouples ? UpdateRule.adamW(moments) : .adam(moments)
        // Adam's correction takes the step's own beta1 to the power of all steps, as PyTorch does under OneCycleLR.
        try compare(.init(rule, learningRate: 0.01, weightDecay: 0.02), seed: testCase.seed) { step, state in
            let beta1 = step.momentum ?? 0.8
            let gradient = step.gradient + (decouples ? 0 : 0.02 * step.weight)
            state.first = beta1 * state.first + (1 - beta1) * gradient
            state.second = 0.95 * state.second + 0.05 * gradient * gradient
            let mean = state.first / (1 - pow(beta1, step.number))
            let square = state.second / (1 - pow(0.95, step.number))
            let kept = decouples ? step.weight * (1 - step.rate * 0.02) : step.weight
            return kept - step.rate * mean / (square.squareRoot() + 1e-6)
        }
    }

    @Test("RMSprop with and without momentum", arguments: [0, 0.7], SeededCases(3))
    func rmsprop(momentum: Double, testCase: SeededCase) throws {
        try compare(
            .init(.rmsprop(alpha: 0.9, epsilon: 1e-4, momentum: momentum), learningRate: 0.01, weightDecay: 0.02),
            seed: testCase.seed
        ) { step, state in
            let gradient = step.gradient + 0.02 * step.weight
            state.second = 0.9 * state.second + 0.1 * gradient * gradient
            let scaled = gradient / (state.second.squareRoot() + 1e-4)
            guard momentum > 0 else { return step.weight - step.rate * scaled }
            state.first = (step.momentum ?? momentum) * state.first + scaled
            return step.weight - step.rate * state.first
        }
    }
}
