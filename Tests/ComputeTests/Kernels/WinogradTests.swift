import CKernels
import TestSupport
import Testing

@Suite("Winograd's convolution against plain loops")
struct WinogradTests {
    @Test("forward, alone or with an epilogue", arguments: SeededCases(60))
    func forward(testCase: SeededCase) {
        var random = testCase.random
        let winograd = WinogradCase(random: &random)
        var shape = winograd.shape
        let (outputs, pixels) = (shape.outputs, shape.out_height * shape.out_width)
        let channels = winograd.dy.indices.map { WinogradCase.channel(of: $0, channels: outputs, pixels: pixels) }
        var scratch = WinogradScratch(&shape)

        var y = [Float](repeating: .nan, count: winograd.dy.count)
        var plain = winnow_epilogue(scale: nil, shift: nil, residual: nil, relu: 0)
        winnow_winograd_forward(&shape, winograd.x, winograd.weights, &y, &plain, &scratch.values)
        #expect(distance(y, winograd.y) < 1e-4, "\(shape)")
        #expect(zip(channels, y).allSatisfy { $0 < outputs || $1 == 0 }, "padding of \(shape)")

        func vector() -> [Float] {
            (0..<WinogradCase.padded(outputs)).map {
                $0 < outputs ? Float.random(in: -1...1, using: &random) : 0
            }
        }
        let (scale, shift) = (vector(), vector())
        let expected = y.indices.map { place in
            let sum = winograd.y[place] * Double(scale[channels[place]]) + Double(shift[channels[place]])
            return max(sum + Double(winograd.dy[place]), 0)
        }
        scale.withUnsafeBufferPointer { scale in
            shift.withUnsafeBufferPointer { shift in
                winograd.dy.withUnsafeBufferPointer { residual in
                    var epilogue = winnow_epilogue(
                        scale: scale.baseAddress, shift: shift.baseAddress, residual: residual.baseAddress, relu: 1)
                    winnow_winograd_forward(&shape, winograd.x, winograd.weights, &y, &epilogue, &scratch.values)
                }
            }
        }
        #expect(distance(y, expected) < 1e-4, "\(shape)")
        #expect(scratch.isIntact, "\(shape)")
    }

    @Test("the input's gradient, alone or added to what is there", arguments: SeededCases(60))
    func backwardData(testCase: SeededCase) {
        var random = testCase.random
        let winograd = WinogradCase(random: &random)
        var shape = winograd.shape
        var scratch = WinogradScratch(&shape)
        var dx = [Float](repeating: .nan, count: winograd.x.count)
        var plain = winnow_epilogue(scale: nil, shift: nil, residual: nil, relu: 0)
        winnow_winograd_backward_data(&shape, winograd.dy, winograd.weights, &dx, &plain, &scratch.values)
        #expect(distance(dx, winograd.dx) < 1e-4, "\(shape)")

        dx = winograd.x
        dx.withUnsafeMutableBufferPointer { dx in
            var adding = winnow_epilogue(scale: nil, shift: nil, residual: dx.baseAddress, relu: 0)
            winnow_winograd_backward_data(
                &shape, winograd.dy, winograd.weights, dx.baseAddress, &adding, &scratch.values)
        }
        #expect(distance(dx, zip(winograd.dx, winograd.x).map { $0 + Double($1) }) < 1e-4, "\(shape)")
        #expect(scratch.isIntact, "\(shape)")
    }

    @Test("the gradient of the weights", arguments: SeededCases(60))
    func backwardWeights(testCase: SeededCase) {
        var random = testCase.random
        let winograd = WinogradCase(random: &random)
        var shape = winograd.shape
        var scratch = WinogradScratch(&shape)
        var dw = [Float](repeating: .nan, count: winograd.weights.count)
        winnow_winograd_backward_weights(&shape, winograd.x, winograd.dy, &dw, &scratch.values)
        #expect(distance(dw, winograd.dw) < 1e-4, "\(shape)")
        #expect(dw.indices.allSatisfy { !winograd.isPadding(weight: $0) || dw[$0] == 0 }, "padding of \(shape)")
        #expect(scratch.isIntact, "\(shape)")
    }

    @Test("ReLU lets NaN through, so that a diverged run is seen")
    func nan() {
        var random = SeededCases(1)[0].random
        let winograd = WinogradCase(
            shape: winnow_convolution_shape(
                batch: 1, inputs: 1, height: 4, width: 8, outputs: 1, out_height: 4, out_width: 8, kernel: 3, stride: 1,
                padding: 1), random: &random)
        var (shape, x) = (winograd.shape, winograd.x)
        x[0] = .nan
        var y = [Float](repeating: 0, count: winograd.dy.count)
        var epilogue = winnow_epilogue(scale: nil, shift: nil, residual: nil, relu: 1)
        var scratch = WinogradScratch(&shape)
        winnow_winograd_forward(&shape, x, winograd.weights, &y, &epilogue, &scratch.values)
        #expect(y[0].isNaN && y[7 * 16] >= 0)
    }
}

/// Scratch memory full of NaN, with a guard behind its end.
private struct WinogradScratch {
    var values: [Float]
    private let count: Int

    init(_ shape: inout winnow_convolution_shape) {
        count = winnow_winograd_scratch(&shape)
        values = [Float](repeating: .nan, count: count) + [Float](repeating: 12345, count: 256)
    }

    var isIntact: Bool { values[count...].allSatisfy { $0 == 12345 } }
}
