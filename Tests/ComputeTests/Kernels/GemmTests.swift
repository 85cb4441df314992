import CKernels
import TestSupport
import Testing

@Suite("Matrix products against loops in Double")
struct GemmTests {
    private struct Shape: CustomStringConvertible {
        var (m, n, k) = (1, 1, 1)
        let aTransposed, bTransposed: Bool
        /// Floats that lie between the rows of every matrix, and are not part of it.
        let gap: Int

        init(using random: inout some RandomNumberGenerator) {
            func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
            switch draw(0...7) {
            case 0: (m, n, k) = (draw(1...5), draw(1...5), draw(1...5))
            // Few rows or columns.
            case 1: (m, n, k) = (1, draw(1...200), draw(1...200))
            case 2: (m, n, k) = (draw(1...200), 1, draw(1...200))
            case 3: (m, n, k) = (draw(1...200), draw(1...20), draw(200...800))
            case 4: (m, n, k) = (draw(1...200), draw(1...200), 1)
            // Several blocks of the depth, of the rows and of the columns.
            case 5: (m, n, k) = (draw(1...60), draw(250...700), draw(200...800))
            case 6: (m, n, k) = (draw(250...600), draw(16...60), draw(200...800))
            default: (m, n, k) = (draw(1...60), draw(1...60), draw(1...60))
            }
            (aTransposed, bTransposed) = (Bool.random(using: &random), Bool.random(using: &random))
            gap = Bool.random(using: &random) ? 0 : draw(1...20)
        }

        var aSteps: (Int, Int) { aTransposed ? (1, m + gap) : (k + gap, 1) }
        var bSteps: (Int, Int) { bTransposed ? (1, k + gap) : (n + gap, 1) }
        var cStep: Int { n + gap }
        var description: String {
            "\(m) x \(n) x \(k), \(aTransposed ? "T" : "N")\(bTransposed ? "T" : "N"), gap \(gap)"
        }
    }

    private func product(_ shape: Shape, _ a: [Float], _ b: [Float], _ bias: [Float]?, relu: Bool) -> [Float] {
        var c = [Float](repeating: .nan, count: shape.m * shape.cStep)
        var scratch = [Float](repeating: .nan, count: winnow_gemm_scratch(shape.m, shape.n, shape.k))
        bias.withOptionalPointer { bias in
            winnow_gemm(
                shape.m, shape.n, shape.k, a, shape.aSteps.0, shape.aSteps.1, b, shape.bSteps.0, shape.bSteps.1, bias,
                relu ? 1 : 0, &c, shape.cStep, &scratch)
        }
        return c
    }

    @Test("a product of any shape, strides and ends", arguments: SeededCases(200))
    func product(testCase: SeededCase) {
        var random = testCase.random
        func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
        let shape = Shape(using: &random)
        let (aRow, aColumn) = shape.aSteps
        let (bRow, bColumn) = shape.bSteps
        // Exactly as long as the last element needs: what reads beyond it, reads what may not be there.
        var a = values((shape.m - 1) * aRow + (shape.k - 1) * aColumn + 1)
        let b = values((shape.k - 1) * bRow + (shape.n - 1) * bColumn + 1)
        let bias: [Float]? = Bool.random(using: &random) ? values(shape.n) : nil
        let relu = Bool.random(using: &random)

        var expected = [Double]()
        for i in 0..<shape.m {
            for j in 0..<shape.n {
                var sum = Double(bias?[j] ?? 0)
                for p in 0..<shape.k { sum += Double(a[i * aRow + p * aColumn]) * Double(b[p * bRow + j * bColumn]) }
                expected.append(relu ? max(sum, 0) : sum)
            }
        }
        let c = product(shape, a, b, bias, relu: relu)
        let rows = (0..<shape.m).map { c[$0 * shape.cStep..<($0 + 1) * shape.cStep] }
        // Sums of terms that cancel have the terms' error.
        let scale = Double(shape.k).squareRoot() / 3
        #expect(distance(rows.flatMap { $0.prefix(shape.n) }, expected, scale: scale) < 1e-5, "\(shape)")
        #expect(rows.allSatisfy { $0.dropFirst(shape.n).allSatisfy(\.isNaN) }, "\(shape): written beyond the columns")
        let again = product(shape, a, b, bias, relu: relu)
        #expect(again.map(\.bitPattern) == c.map(\.bitPattern), "\(shape): other bits the second time")

        let row = Int.random(in: 0..<shape.m, using: &random)
        a[row * aRow + Int.random(in: 0..<shape.k, using: &random) * aColumn] = .nan
        let spoilt = product(shape, a, b, bias, relu: relu)
        let same = (0..<shape.m).allSatisfy { i in
            (0..<shape.n).allSatisfy { j in spoilt[i * shape.cStep + j].isNaN == (i == row) }
        }
        #expect(same, "\(shape): NaN in row \(row) of A has to be in that row of C, and nowhere else")
    }
}

extension [Float]? {
    fileprivate func withOptionalPointer(_ body: (UnsafePointer<Float>?) -> Void) {
        if let self {
            self.withUnsafeBufferPointer { body($0.baseAddress) }
        } else {
            body(nil)
        }
    }
}
