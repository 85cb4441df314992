import CKernels
import TestSupport
import Testing

@Suite("Direct convolution against plain loops")
struct DirectConvolutionTests {
    @Test("forward, with any epilogue", arguments: SeededCases(60))
    func forward(testCase: SeededCase) {
        var random = testCase.random
        let direct = DirectCase(inputs: 1...40, random: &random)
        var shape = direct.shape
        let epilogue = EpilogueCase(
            channels: shape.outputs, residual: direct.blockedOutput(direct.dy), random: &random)
        let x = direct.blockedInput(direct.x)
        let weights = direct.blockedWeights(direct.weights, inputBlock: 16)
        var scratch = Scratch(winnow_direct_scratch(&shape))
        let sums = direct.blockedOutput(direct.y)
        let y = epilogue.run(count: sums.count) { y, epilogue in
            var epilogue = epilogue
            scratch.use { winnow_direct_forward(&shape, x, weights, y, &epilogue, $0) }
        }
        let expected = epilogue.expected(
            sums, channels: shape.outputs, pixels: shape.out_height * shape.out_width)
        #expect(distance(y, expected) < 1e-5, "\(shape)")
        #expect(scratch.isIntact, "\(shape)")
    }

    @Test("the input's gradient, with any epilogue or added to what is there", arguments: SeededCases(60))
    func backwardData(testCase: SeededCase) {
        var random = testCase.random
        let direct = DirectCase(inputs: 1...40, random: &random)
        var shape = direct.shape
        let residual = direct.blockedInput(direct.x)
        let epilogue =
            Bool.random(using: &random)
            ? EpilogueCase(accumulatingTo: residual)
            : EpilogueCase(channels: shape.inputs, residual: residual, random: &random)
        let dy = direct.blockedOutput(direct.dy)
        let weights = direct.blockedWeights(direct.weights, inputBlock: 16)
        var scratch = Scratch(winnow_direct_scratch(&shape))
        let dx = epilogue.run(count: residual.count) { dx, epilogue in
            var epilogue = epilogue
            scratch.use { winnow_direct_backward_data(&shape, dy, weights, dx, &epilogue, $0) }
        }
        let expected = epilogue.expected(
            direct.blockedInput(direct.dx), channels: shape.inputs, pixels: shape.height * shape.width)
        #expect(distance(dx, expected) < 1e-5, "\(shape)")
        #expect(scratch.isIntact, "\(shape)")
    }

    @Test("the gradients of weights and bias", arguments: SeededCases(60))
    func backwardWeights(testCase: SeededCase) {
        var random = testCase.random
        let direct = DirectCase(inputs: 1...40, random: &random)
        var shape = direct.shape
        let (x, dy) = (direct.blockedInput(direct.x), direct.blockedOutput(direct.dy))
        let expected = direct.blockedWeights(direct.dw, inputBlock: 16)
        var dw = [Float](repeating: .nan, count: expected.count)
        var scratch = Scratch(winnow_direct_scratch(&shape))
        scratch.use { winnow_direct_backward_weights(&shape, x, dy, &dw, $0) }
        #expect(distance(dw, expected) < 1e-5, "\(shape)")
        #expect(scratch.isIntact, "\(shape)")

        let pixels = shape.out_height * shape.out_width
        var expectedSums = [Double](repeating: 0, count: (shape.outputs + 15) / 16 * 16)
        for (place, value) in direct.dy.enumerated() {
            expectedSums[place / pixels % shape.outputs] += Double(value)
        }
        var sums = [Float](repeating: .nan, count: expectedSums.count)
        winnow_sum_channels(dy, &sums, shape.batch, shape.outputs, pixels)
        #expect(distance(sums, expectedSums) < 1e-5, "\(shape)")
    }

    @Test("ReLU lets NaN through, so that a diverged run is seen")
    func nan() {
        var shape = winnow_convolution_shape(
            batch: 1, inputs: 1, height: 2, width: 2, outputs: 1, out_height: 2, out_width: 2, kernel: 1, stride: 1,
            padding: 0)
        var x = [Float](repeating: 0, count: 64)
        for (pixel, value) in [Float(-1), .nan, 0, 2].enumerated() { x[pixel * 16] = value }
        var weights = [Float](repeating: 0, count: 256)
        weights[0] = 1
        var y = [Float](repeating: 5, count: 64)
        var epilogue = winnow_epilogue(scale: nil, shift: nil, residual: nil, relu: 1)
        var scratch = Scratch(winnow_direct_scratch(&shape))
        scratch.use { winnow_direct_forward(&shape, x, weights, &y, &epilogue, $0) }
        #expect(y[0] == 0 && y[16].isNaN && y[32] == 0 && y[48] == 2)
    }
}
