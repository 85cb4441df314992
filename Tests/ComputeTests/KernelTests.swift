import CKernels
import Random
import TestSupport
import Testing

@Suite("Own kernels against plain loops")
struct KernelTests {
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
