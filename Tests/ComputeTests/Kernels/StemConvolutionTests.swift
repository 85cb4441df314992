import CKernels
import TestSupport
import Testing

@Suite("A first convolution, of row-major images, against plain loops")
struct StemConvolutionTests {
    @Test("forward, with any epilogue", arguments: SeededCases(60))
    func forward(testCase: SeededCase) {
        var random = testCase.random
        let direct = DirectCase(inputs: 1...8, random: &random)
        var shape = direct.shape
        let epilogue = EpilogueCase(
            channels: shape.outputs, residual: direct.blockedOutput(direct.dy), random: &random)
        let weights = direct.blockedWeights(direct.weights, inputBlock: 1)
        var scratch = Scratch(winnow_stem_scratch(&shape))
        let sums = direct.blockedOutput(direct.y)
        let y = epilogue.run(count: sums.count) { y, epilogue in
            var epilogue = epilogue
            scratch.use { winnow_stem_forward(&shape, direct.x, weights, y, &epilogue, $0) }
        }
        let expected = epilogue.expected(
            sums, channels: shape.outputs, pixels: shape.out_height * shape.out_width)
        #expect(distance(y, expected) < 1e-5, "\(shape)")
        #expect(scratch.isIntact, "\(shape)")
    }

    @Test("the weights' gradient", arguments: SeededCases(60))
    func backwardWeights(testCase: SeededCase) {
        var random = testCase.random
        let direct = DirectCase(inputs: 1...8, random: &random)
        var shape = direct.shape
        let expected = direct.blockedWeights(direct.dw, inputBlock: 1)
        var dw = [Float](repeating: .nan, count: expected.count)
        var scratch = Scratch(winnow_stem_scratch(&shape))
        let dy = direct.blockedOutput(direct.dy)
        scratch.use { winnow_stem_backward_weights(&shape, direct.x, dy, &dw, $0) }
        #expect(distance(dw, expected) < 1e-5, "\(shape)")
        #expect(scratch.isIntact, "\(shape)")
    }
}
