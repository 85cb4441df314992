import CKernels
import Glibc
import TestSupport
import Testing

@Suite("Loss kernels against the formulas in Double")
struct LossKernelTests {
    private func draw(
        _ count: Int, _ range: ClosedRange<Float> = -4...4, using random: inout some RandomNumberGenerator
    ) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &random) }
    }

    /// The sum over rows of -sum u log softmax(x), and its gradient.
    private func crossEntropy(_ logits: [Float], _ targets: [Double], columns: Int) -> (Double, [Double]) {
        var loss = 0.0
        var gradient = [Double]()
        for start in stride(from: 0, to: logits.count, by: columns) {
            let x = logits[start..<start + columns].map(Double.init)
            let u = targets[start..<start + columns]
            let top = x.max()!
            let logSum = log(x.reduce(0) { $0 + exp($1 - top) }) + top
            loss += zip(x, u).reduce(0) { $0 + $1.1 * (logSum - $1.0) }
            let total = u.reduce(0, +)
            gradient += zip(x, u).map { exp($0 - logSum) * total - $1 }
        }
        return (loss, gradient)
    }

    @Test("cross-entropy with smoothed labels and class weights, or none", arguments: SeededCases(80))
    func classes(testCase: SeededCase) {
        var random = testCase.random
        let (rows, columns) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...50, using: &random))
        // Far from zero, where exponentials overflow.
        let offset: Float = Bool.random(using: &random) ? 0 : 300
        let logits = draw(rows * columns, using: &random).map { $0 + offset }
        let classes = (0..<rows).map { _ in Int32.random(in: 0..<Int32(columns), using: &random) }
        let weights: [Float]? = Bool.random(using: &random) ? draw(columns, 0.1...2, using: &random) : nil
        let (on, off): (Float, Float) = Bool.random(using: &random) ? (1, 0) : (0.9, 0.02)
        var gradient = [Float](repeating: .nan, count: logits.count)
        var (weightSum, weightSumAlone) = (Double.nan, Double.nan)
        let loss = weights.withOptionalPointer { weights in
            winnow_cross_entropy(logits, classes, weights, on, off, &gradient, rows, columns, &weightSum)
        }
        let alone = weights.withOptionalPointer { weights in
            winnow_cross_entropy(logits, classes, weights, on, off, nil, rows, columns, &weightSumAlone)
        }
        #expect(loss == alone && weightSum == weightSumAlone)

        let expectedSum = classes.reduce(0) { $0 + Double(weights?[Int($1)] ?? 1) }
        let targets = logits.indices.map { i in
            Double(weights?[i % columns] ?? 1) * Double(i % columns == Int(classes[i / columns]) ? on : off)
        }
        let (expected, expectedGradient) = crossEntropy(logits, targets, columns: columns)
        #expect(abs(weightSum - expectedSum) < 1e-9)
        #expect(abs(loss - expected) < 1e-6 * max(abs(expected), 1), "\(rows) x \(columns)")
        #expect(
            distance(gradient, expectedGradient.map { $0 / expectedSum }, scale: 0.1) < 1e-5, "\(rows) x \(columns)")
        var inPlace = logits
        inPlace.withUnsafeMutableBufferPointer { x in
            _ = weights.withOptionalPointer { weights in
                winnow_cross_entropy(
                    x.baseAddress!, classes, weights, on, off, x.baseAddress!, rows, columns, &weightSum)
            }
        }
        #expect(inPlace == gradient)
    }

    @Test("cross-entropy of any targets", arguments: SeededCases(40))
    func targets(testCase: SeededCase) {
        var random = testCase.random
        let (rows, columns) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...50, using: &random))
        let logits = draw(rows * columns, using: &random)
        let targets = draw(rows * columns, 0...1, using: &random)
        var gradient = [Float](repeating: .nan, count: logits.count)
        let loss = winnow_soft_cross_entropy(logits, targets, &gradient, rows, columns, 0.25)
        let (expected, expectedGradient) = crossEntropy(logits, targets.map(Double.init), columns: columns)
        #expect(abs(loss - expected) < 1e-6 * max(abs(expected), 1))
        #expect(distance(gradient, expectedGradient.map { $0 / 4 }, scale: 0.1) < 1e-5)
    }

    @Test("a logit of minus infinity counts where it is asked for only; NaN and infinity are seen", arguments: [3, 20])
    func extremes(columns: Int) {
        var logits = [Float](repeating: 0, count: columns)
        logits[1] = -.infinity
        var gradient = [Float](repeating: 9, count: columns)
        var sum = 0.0
        let loss = winnow_cross_entropy(logits, [0], nil, 1, 0, &gradient, 1, columns, &sum)
        #expect(abs(loss - log(Double(columns - 1))) < 1e-6 && gradient[1] == 0)
        #expect(winnow_cross_entropy(logits, [1], nil, 1, 0, &gradient, 1, columns, &sum) == .infinity)
        #expect(winnow_cross_entropy(logits, [0], nil, 0.9, 0.1, &gradient, 1, columns, &sum) == .infinity)
        for bad in [Float.nan, .infinity] {
            for place in [0, 1, columns - 1] {
                logits = [Float](repeating: 0, count: columns)
                logits[place] = bad
                let loss = winnow_cross_entropy(logits, [0], nil, 1, 0, &gradient, 1, columns, &sum)
                #expect(loss.isNaN && gradient[0].isNaN)
            }
        }
    }

    @Test("squared, absolute and Huber errors, and binary cross-entropy", arguments: SeededCases(40))
    func elementwise(testCase: SeededCase) {
        var random = testCase.random
        let count = Int.random(in: 1...60, using: &random)
        var (x, y) = (draw(count, using: &random), draw(count, 0...1, using: &random))
        // A difference of nothing, and logits far out.
        x[0] = y[0]
        if count > 2 { (x[1], x[2]) = (120, -120) }
        let delta: Float = 1.25
        var gradient = x

        func check(_ sum: Double, value: (Double, Double) -> Double, derivative: (Double, Double) -> Double) {
            let pairs = zip(x, y).map { (Double($0), Double($1)) }
            let expected = pairs.reduce(0) { $0 + value($1.0, $1.1) }
            #expect(abs(sum - expected) <= 1e-6 * max(expected, 1))
            #expect(distance(gradient, pairs.map { derivative($0.0, $0.1) / 2 }) < 1e-5)
        }
        check(winnow_squared_error(x, y, &gradient, count, 0.5), value: { ($0 - $1) * ($0 - $1) }) { 2 * ($0 - $1) }
        check(winnow_absolute_error(x, y, &gradient, count, 0.5), value: { abs($0 - $1) }) {
            $0 == $1 ? 0 : $0 > $1 ? 1 : -1
        }
        check(
            winnow_huber(x, y, &gradient, count, 0.5, delta),
            value: { x, y in
                let d = abs(x - y)
                return d <= 1.25 ? d * d / 2 : 1.25 * (d - 0.625)
            }
        ) { min(max($0 - $1, -1.25), 1.25) }
        check(
            winnow_binary_cross_entropy(x, y, &gradient, count, 0.5),
            value: { x, t in max(x, 0) - t * x + log1p(exp(-abs(x))) }
        ) { 1 / (1 + exp(-$0)) - $1 }

        var nan: [Float] = [.nan]
        #expect(winnow_absolute_error(nan, [0], &nan, 1, 1).isNaN && nan[0].isNaN)
        #expect(winnow_huber(nan, [0], &nan, 1, 1, 1).isNaN && nan[0].isNaN)
        #expect(winnow_binary_cross_entropy(nan, [0], &nan, 1, 1).isNaN && nan[0].isNaN)
    }
}

extension Optional<[Float]> {
    /// The array's elements, or null.
    fileprivate func withOptionalPointer<Result>(_ body: (UnsafePointer<Float>?) -> Result) -> Result {
        guard let self else { return body(nil) }
        return self.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
