import CKernels
import Random
import TestSupport
import Testing

@Suite("Own kernels against plain loops")
struct KernelTests {
    @Test("a small product of any shape, biased or not, of operands transposed or not", arguments: SeededCases(60))
    func smallProduct(testCase: SeededCase) {
        var random = testCase.random
        func draw() -> Int { Int.random(in: 1...40, using: &random) }
        func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
        let (m, n, k) = (draw(), draw(), draw())
        let (aTransposed, bTransposed) = (Bool.random(using: &random), Bool.random(using: &random))
        let (a, b) = (values(m * k), values(k * n))
        let bias: [Float]? = Bool.random(using: &random) ? values(n) : nil
        let (aRow, aColumn) = aTransposed ? (1, m) : (k, 1)
        let (bRow, bColumn) = bTransposed ? (1, k) : (n, 1)
        var c = [Float](repeating: .nan, count: m * n)
        var scratch = [Float](repeating: .nan, count: winnow_gemm_small_scratch(k))
        if let bias {
            winnow_gemm_small(m, n, k, a, aRow, aColumn, b, bRow, bColumn, bias, &c, n, &scratch)
        } else {
            winnow_gemm_small(m, n, k, a, aRow, aColumn, b, bRow, bColumn, nil, &c, n, &scratch)
        }
        var expected = [Double](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                var sum = Double(bias?[j] ?? 0)
                for p in 0..<k { sum += Double(a[i * aRow + p * aColumn]) * Double(b[p * bRow + j * bColumn]) }
                expected[i * n + j] = sum
            }
        }
        #expect(distance(c, expected) < 1e-5, "\(m)x\(n)x\(k)")
    }

    @Test("a convolution's weight gradient, in blocks of 8 and of 16 channels", arguments: SeededCases(40))
    func weightGradient(testCase: SeededCase) {
        var random = testCase.random
        func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        let block = draw(1...2) * 8
        let (batch, inputs, outputs) = (draw(1...3), draw(1...4), block * draw(1...3))
        let (kernel, stride, padding) = (draw(1...7), draw(1...3), draw(0...4))
        let (height, width) = (kernel + draw(0...9), kernel + draw(0...9))
        let outHeight = (height + 2 * padding - kernel) / stride + 1
        let outWidth = (width + 2 * padding - kernel) / stride + 1
        var shape = winnow_convolution(
            batch: batch, inputs: inputs, height: height, width: width, outputs: outputs, out_height: outHeight,
            out_width: outWidth, kernel: kernel, stride: stride, padding: padding, block: block)
        #expect(winnow_convolution_supported(&shape) != 0)
        let x = (0..<batch * inputs * height * width).map { _ in Float.random(in: -1...1, using: &random) }
        let dy = (0..<batch * outputs * outHeight * outWidth).map { _ in Float.random(in: -1...1, using: &random) }
        var weights = [Float](repeating: .nan, count: outputs * inputs * kernel * kernel)
        var bias = [Float](repeating: .nan, count: outputs)
        var scratch = [Float](repeating: .nan, count: winnow_convolution_scratch(&shape))
        winnow_convolution_backward_weights(&shape, x, dy, &weights, &bias, &scratch)

        var expectedWeights = [Double](repeating: 0, count: weights.count)
        var expectedBias = [Double](repeating: 0, count: outputs)
        for n in 0..<batch {
            for o in 0..<outputs {
                for i in 0..<outHeight {
                    for j in 0..<outWidth {
                        let place = ((n * outputs + o / block * block) * outHeight + i * block) * outWidth
                        let gradient = Double(dy[place + j * block + o % block])
                        expectedBias[o] += gradient
                        for tap in 0..<inputs * kernel * kernel {
                            let c = tap / (kernel * kernel)
                            let row = i * stride + tap / kernel % kernel - padding
                            let column = j * stride + tap % kernel - padding
                            guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                            expectedWeights[o * inputs * kernel * kernel + tap] +=
                                gradient * Double(x[((n * inputs + c) * height + row) * width + column])
                        }
                    }
                }
            }
        }
        #expect(distance(weights, expectedWeights) < 1e-5, "\(shape)")
        #expect(distance(bias, expectedBias) < 1e-5, "\(shape)")
    }

    @Test("dropout's masks are the Swift stream's, for any length", arguments: [1, 4, 31, 32, 33, 100, 1027])
    func dropout(count: Int) {
        let stream = RandomStream(seed: 0x1234_5678_9abc_def0, stream: .dropout, index: 3, step: 77)
        for probability: Float in [0.1, 0.5, 0.999] {
            var random = stream
            let expected: [UInt8] = (0..<count).map { _ in random.uniformFloat() < probability ? 0 : 1 }
            var x = [Float](repeating: 3, count: count)
            var kept = [UInt8](repeating: 9, count: count)
            let key = [stream.generator.key.x, stream.generator.key.y]
            let high = [stream.counterHigh.x, stream.counterHigh.y]
            winnow_dropout_forward(&x, &kept, count, probability, 2, key, high)
            #expect(kept == expected)
            #expect(x == expected.map { 6 * Float($0) })
            winnow_dropout_backward(kept, &x, count, 0.5)
            #expect(x == expected.map { 3 * Float($0) })
        }
    }

    @Test("ReLU lets NaN through, so that a diverged run is seen")
    func nan() {
        var x: [Float] = [-1, .nan, 0, 2]
        winnow_relu_forward(&x, x.count)
        #expect(x[0] == 0 && x[1].isNaN && x[2] == 0 && x[3] == 2)
    }
}
