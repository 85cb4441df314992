import CKernels
import TestSupport
import Testing

@Suite("Optimizer kernels against the formulas in Double")
struct OptimizerKernelTests {
    /// Weights after five steps with random gradients, of the kernel and of the formula.
    private func compare(
        _ testCase: SeededCase,
        kernel: (_ step: Int, _ w: inout [Float], _ g: [Float], _ first: inout [Float], _ second: inout [Float]) ->
            Void,
        formula: (_ step: Double, _ w: Double, _ g: Double, _ state: inout (Double, Double)) -> Double
    ) {
        var random = testCase.random
        let count = Int.random(in: 1...70, using: &random)
        func draw() -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
        var w = draw()
        var (first, second) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        var expected = w.map(Double.init)
        var states = [(Double, Double)](repeating: (0, 0), count: count)
        for step in 1...5 {
            let g = draw()
            kernel(step, &w, g, &first, &second)
            for i in 0..<count { expected[i] = formula(Double(step), expected[i], Double(g[i]), &states[i]) }
        }
        #expect(distance(w, expected) < 1e-5)
        #expect(distance(first, states.map(\.0)) < 1e-5)
        #expect(distance(second, states.map(\.1)) < 1e-5)
    }

    private func power(_ base: Double, _ exponent: Double) -> Double {
        (0..<Int(exponent)).reduce(1) { product, _ in product * base }
    }

    @Test("Adam and AdamW, the gradient scaled", arguments: SeededCases(20))
    func adam(testCase: SeededCase) {
        for (decay, decoupled) in [(0.0, 0.0), (0.1, 0), (0, 0.1)] {
            compare(testCase) { step, w, g, m, v in
                let (correction1, correction2) = (1 - power(0.8, Double(step)), 1 - power(0.95, Double(step)))
                var constants = winnow_adam_step(
                    beta1_complement: 0.2, beta2: 0.95, beta2_complement: 0.05, step_size: Float(0.01 / correction1),
                    inverse_correction2: Float(1 / correction2.squareRoot()), epsilon: 1e-3,
                    weight_decay: Float(decay), decoupled_decay: Float(0.01 * decoupled), gradient_scale: 0.5)
                winnow_adam(&constants, &w, g, &m, &v, w.count)
            } formula: { step, w, g, state in
                let decayed = w - 0.01 * decoupled * w
                let g = 0.5 * g + decay * decayed
                state = (0.8 * state.0 + 0.2 * g, 0.95 * state.1 + 0.05 * g * g)
                let (mean, square) = (state.0 / (1 - power(0.8, step)), state.1 / (1 - power(0.95, step)))
                return decayed - 0.01 * mean / (square.squareRoot() + 1e-3)
            }
        }
    }

    @Test("SGD, plain, with momentum and in Nesterov's form", arguments: SeededCases(20))
    func sgd(testCase: SeededCase) {
        for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true)] {
            compare(testCase) { _, w, g, velocity, _ in
                var constants = winnow_sgd_step(
                    learning_rate: 0.1, momentum: Float(momentum), weight_decay: 0.02, gradient_scale: 0.5,
                    nesterov: nesterov ? 1 : 0)
                velocity.withUnsafeMutableBufferPointer { velocity in
                    winnow_sgd(&constants, &w, g, momentum > 0 ? velocity.baseAddress! : nil, w.count)
                }
            } formula: { step, w, g, state in
                let g = 0.5 * g + 0.02 * w
                guard momentum > 0 else { return w - 0.1 * g }
                // PyTorch: the first step's velocity is the gradient.
                state.0 = step == 1 ? g : momentum * state.0 + g
                return w - 0.1 * (nesterov ? g + momentum * state.0 : state.0)
            }
        }
    }

    @Test("RMSprop, with momentum or not", arguments: SeededCases(20))
    func rmsprop(testCase: SeededCase) {
        for momentum in [0, 0.9] {
            compare(testCase) { _, w, g, square, velocity in
                var constants = winnow_rmsprop_step(
                    learning_rate: 0.01, alpha: 0.99, alpha_complement: 0.01, epsilon: 1e-3,
                    momentum: Float(momentum), weight_decay: 0.02, gradient_scale: 0.5)
                velocity.withUnsafeMutableBufferPointer { velocity in
                    winnow_rmsprop(
                        &constants, &w, g, &square, momentum > 0 ? velocity.baseAddress! : nil, w.count)
                }
            } formula: { _, w, g, state in
                let g = 0.5 * g + 0.02 * w
                state.0 = 0.99 * state.0 + 0.01 * g * g
                let change = g / (state.0.squareRoot() + 1e-3)
                guard momentum > 0 else { return w - 0.01 * change }
                state.1 = momentum * state.1 + change
                return w - 0.01 * state.1
            }
        }
    }

    @Test("sum of squares, of any length", arguments: SeededCases(20))
    func sumOfSquares(testCase: SeededCase) {
        var random = testCase.random
        let x = (0..<Int.random(in: 0...100, using: &random)).map { _ in Float.random(in: -1e20...1e20, using: &random)
        }
        let expected = x.reduce(0) { $0 + Double($1) * Double($1) }
        #expect(abs(winnow_sum_of_squares(x, x.count) - expected) <= 1e-14 * expected)
        #expect(winnow_sum_of_squares([1, .nan], 2).isNaN)
    }
}
