import CKernels
import Random
import TestSupport
import Testing

@Suite("Dropout of whole channels")
struct ChannelDropoutTests {
    @Test("channels are dropped by the draws of a row-major [batch][channels] mask", arguments: SeededCases(30))
    func channels(testCase: SeededCase) {
        var random = testCase.random
        let layout = ImageLayout(
            batch: Int.random(in: 1...5, using: &random), channels: Int.random(in: 1...50, using: &random),
            pixels: Int.random(in: 1...9, using: &random))
        let stream = RandomStream(seed: testCase.seed, stream: .dropout, index: 2, step: 5)
        var draws = stream
        let expected: [UInt8] = (0..<layout.batch * layout.channels).map { _ in draws.uniformFloat() < 0.4 ? 0 : 1 }
        let x = layout.values(using: &random)
        var (y, gradient) = (x, x)
        var kept = [UInt8](repeating: 9, count: expected.count)
        let key = [stream.generator.key.x, stream.generator.key.y]
        let high = [stream.counterHigh.x, stream.counterHigh.y]
        winnow_channel_dropout_forward(&y, &kept, layout.batch, layout.channels, layout.pixels, 0.4, 2, key, high)
        winnow_channel_dropout_backward(kept, &gradient, layout.batch, layout.channels, layout.pixels, 0.5)
        #expect(kept == expected)
        let values = zip(layout.places, layout.places.indices.map { expected[$0 / layout.pixels] })
        #expect(values.allSatisfy { y[$0] == x[$0] * 2 * Float($1) && gradient[$0] == x[$0] / 2 * Float($1) })
        #expect(layout.paddingIsZero(y) && layout.paddingIsZero(gradient))
    }
}
