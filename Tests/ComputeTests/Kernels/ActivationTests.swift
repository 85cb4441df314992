import CKernels
import Glibc
import TestSupport
import Testing

@Suite("Activations against the C library's functions in Double")
struct ActivationTests {
    /// Values of all sizes, and an upstream gradient.
    private func draw(_ testCase: SeededCase) -> (x: [Float], gradient: [Float]) {
        var random = testCase.random
        let count = Int.random(in: 1...200, using: &random)
        let scale = pow(10, Float.random(in: -4...2.3, using: &random))
        let x = (0..<count).map { _ in scale * Float.random(in: -1...1, using: &random) }
        return (x, (0..<count).map { _ in Float.random(in: -1...1, using: &random) })
    }

    /// Each value relative to its own size, or to `scale` where it is smaller than that.
    private func check(
        _ values: [Float], _ expected: [Double], scale: Double, _ source: SourceLocation = #_sourceLocation
    ) {
        for (value, expected) in zip(values, expected) {
            let error = abs(Double(value) - expected) / max(abs(expected), scale)
            guard error > 1e-6 || error.isNaN else { continue }
            Issue.record("\(value) instead of \(expected)", sourceLocation: source)
            return
        }
        #expect(values.count == expected.count, sourceLocation: source)
    }

    private func check(
        _ testCase: SeededCase, forward: (inout [Float]) -> Void, backward: ([Float], inout [Float]) -> Void,
        value: (Double) -> Double, derivative: (Double) -> Double
    ) {
        var (y, gradient) = draw(testCase)
        let (x, upstream) = (y, gradient)
        forward(&y)
        check(y, x.map { value(Double($0)) }, scale: 1e-6)
        backward(y, &gradient)
        // From the output, whose rounding the derivative shows.
        check(gradient, zip(x, upstream).map { derivative(Double($0)) * Double($1) }, scale: 1)
        // A whole vector and what is left after it.
        var special = [Float](repeating: .nan, count: 18)
        special[17] = 1
        forward(&special)
        #expect(special.dropLast().allSatisfy { $0.isNaN } && !special[17].isNaN)
    }

    @Test("sigmoid", arguments: SeededCases(40))
    func sigmoid(testCase: SeededCase) {
        check(testCase) {
            winnow_sigmoid_forward(&$0, $0.count)
        } backward: {
            winnow_sigmoid_backward($0, &$1, $1.count)
        } value: {
            1 / (1 + exp(-$0))
        } derivative: {
            let y = 1 / (1 + exp(-$0))
            return y * (1 - y)
        }
    }

    @Test("hyperbolic tangent", arguments: SeededCases(40))
    func hyperbolicTangent(testCase: SeededCase) {
        check(testCase) {
            winnow_tanh_forward(&$0, $0.count)
        } backward: {
            winnow_tanh_backward($0, &$1, $1.count)
        } value: {
            tanh($0)
        } derivative: {
            1 - tanh($0) * tanh($0)
        }
    }

    @Test("ReLU, leaky ReLU", arguments: SeededCases(20))
    func rectified(testCase: SeededCase) {
        for slope: Float in [0, 0.01, 0.5, 1] {
            check(testCase) {
                winnow_leaky_relu_forward(&$0, slope, $0.count)
            } backward: {
                winnow_leaky_relu_backward($0, slope, &$1, $1.count)
            } value: {
                $0 < 0 ? Double(slope) * $0 : $0
            } derivative: {
                $0 < 0 ? Double(slope) : 1
            }
        }
        check(testCase) {
            winnow_relu_forward(&$0, $0.count)
        } backward: {
            winnow_relu_backward($0, &$1, $1.count)
        } value: {
            max($0, 0)
        } derivative: {
            $0 < 0 ? 0 : 1
        }
    }

    @Test("GELU", arguments: SeededCases(40))
    func gelu(testCase: SeededCase) {
        var (x, gradient) = draw(testCase)
        let upstream = gradient
        var y = [Float](repeating: 9, count: x.count)
        winnow_gelu_forward(x, &y, x.count)
        check(y, x.map { Double($0) * erfc(-Double($0) / 2.0.squareRoot()) / 2 }, scale: 1e-4)
        winnow_gelu_backward(x, &gradient, x.count)
        let expected = x.map {
            let x = Double($0)
            return erfc(-x / 2.0.squareRoot()) / 2 + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        }
        check(gradient, zip(expected, upstream).map { $0 * Double($1) }, scale: 0.1)
        x[0] = .nan
        winnow_gelu_forward(x, &y, x.count)
        winnow_gelu_backward(x, &gradient, x.count)
        #expect(y[0].isNaN && gradient[0].isNaN)
    }

    @Test("sums of branches, in place or not", arguments: SeededCases(20))
    func addition(testCase: SeededCase) {
        var (a, b) = draw(testCase)
        let expected = zip(a, b).map { $0 + $1 }
        var y = [Float](repeating: 9, count: a.count)
        winnow_add_relu(&y, a, b, 0, y.count)
        #expect(y == expected)
        winnow_add_relu(&y, a, b, 1, y.count)
        #expect(y == expected.map { max($0, 0) })
        b.withUnsafeMutableBufferPointer { winnow_add_relu($0.baseAddress!, a, $0.baseAddress!, 1, $0.count) }
        #expect(b == y)
        let sums = zip(a, y).map { $0 + $1 }
        winnow_add(&a, y, a.count)
        #expect(a == sums)
        // A whole vector and what is left after it.
        var nan = [Float](repeating: .nan, count: 17)
        winnow_add_relu(&nan, nan, [Float](repeating: 1, count: 17), 1, 17)
        #expect(nan.allSatisfy { $0.isNaN })
    }
}
