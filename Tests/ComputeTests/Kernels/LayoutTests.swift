import CKernels
import TestSupport
import Testing

@Suite("Layouts, value by value")
struct LayoutTests {
    private func draw(_ count: Int, using random: inout some RandomNumberGenerator) -> [Float] {
        (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    }

    @Test("images to blocks of 16 channels and back", arguments: SeededCases(60))
    func images(testCase: SeededCase) {
        var random = testCase.random
        let layout = ImageLayout(
            batch: Int.random(in: 1...3, using: &random), channels: Int.random(in: 1...50, using: &random),
            pixels: Int.random(in: 1...40, using: &random))
        let (batch, channels, pixels) = (layout.batch, layout.channels, layout.pixels)
        let plain = draw(batch * channels * pixels, using: &random)
        var blocked = [Float](repeating: .nan, count: layout.count)
        winnow_block_channels(plain, &blocked, batch, channels, pixels)
        #expect(layout.places.map { blocked[$0] } == plain)
        #expect(layout.paddingIsZero(blocked))
        var back = [Float](repeating: .nan, count: plain.count)
        winnow_unblock_channels(blocked, &back, batch, channels, pixels)
        #expect(back == plain)

        var image = draw(layout.count, using: &random)
        let before = image
        winnow_clear_padding(&image, batch, channels, pixels)
        #expect(layout.paddingIsZero(image))
        #expect(layout.places.allSatisfy { image[$0] == before[$0] })
    }

    @Test("weights to blocks of 16 inputs and 16 outputs, or of outputs alone, and back", arguments: SeededCases(60))
    func weights(testCase: SeededCase) {
        var random = testCase.random
        let (outputs, inputs) = (Int.random(in: 1...40, using: &random), Int.random(in: 1...40, using: &random))
        let taps = [1, 4, 9, 25].randomElement(using: &random)!
        let outputBlocks = (outputs + 15) / 16
        let inputBlocks = (inputs + 15) / 16
        let plain = draw(outputs * inputs * taps, using: &random)
        var expected = [Float](repeating: 0, count: outputBlocks * inputBlocks * taps * 256)
        var expectedOutputs = [Float](repeating: 0, count: outputBlocks * inputs * taps * 16)
        for o in 0..<outputs {
            for i in 0..<inputs {
                for tap in 0..<taps {
                    let value = plain[(o * inputs + i) * taps + tap]
                    let block = o / 16 * inputBlocks + i / 16
                    expected[((block * taps + tap) * 16 + i % 16) * 16 + o % 16] = value
                    expectedOutputs[((o / 16 * inputs + i) * taps + tap) * 16 + o % 16] = value
                }
            }
        }
        var blocked = [Float](repeating: .nan, count: expected.count)
        winnow_block_weights(plain, &blocked, outputs, inputs, taps)
        #expect(blocked == expected)
        var back = [Float](repeating: .nan, count: plain.count)
        winnow_unblock_weights(blocked, &back, outputs, inputs, taps)
        #expect(back == plain)
        var byOutputs = [Float](repeating: .nan, count: expectedOutputs.count)
        winnow_block_outputs(plain, &byOutputs, outputs, inputs, taps)
        #expect(byOutputs == expectedOutputs)
        back = [Float](repeating: .nan, count: plain.count)
        winnow_unblock_outputs(byOutputs, &back, outputs, inputs, taps)
        #expect(back == plain)
    }
}
