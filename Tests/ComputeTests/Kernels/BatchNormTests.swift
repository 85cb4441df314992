import CKernels
import TestSupport
import Testing

@Suite("Batch normalisation against plain loops")
struct BatchNormTests {
    /// A random tensor's shape, of images or of features, and where its values stand.
    private struct Tensor {
        let shape: winnow_batch_norm_shape
        let channels: Int
        let values: Int  // per channel
        let count: Int
        let paddedChannels: Int
        let place: (_ channel: Int, _ value: Int) -> Int
        let layout: ImageLayout?

        init(using random: inout some RandomNumberGenerator) {
            func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
            channels = draw(1...50)
            paddedChannels = (channels + 15) / 16 * 16
            let channels = channels
            if Bool.random(using: &random) {
                let layout = ImageLayout(batch: draw(1...5), channels: channels, pixels: draw(2...300))
                let blockStride = layout.pixels * 16
                shape = winnow_batch_norm_shape(
                    batch: layout.batch, channels: channels, pixels: layout.pixels,
                    sample_stride: layout.blocks * blockStride, block_stride: blockStride, padded: 1)
                place = { layout.place($1 / layout.pixels, $0, $1 % layout.pixels) }
                values = layout.batch * layout.pixels
                count = layout.count
                self.layout = layout
            } else {
                values = draw(2...300)
                shape = winnow_batch_norm_shape(
                    batch: values, channels: channels, pixels: 1, sample_stride: channels, block_stride: 16, padded: 0)
                place = { $1 * channels + $0 }
                count = values * channels
                layout = nil
            }
        }

        /// Random values, and 16 times NaN after the end, which no kernel may read or write.
        func draw(offset: Float = 0, using random: inout some RandomNumberGenerator) -> [Float] {
            let values =
                layout?.values(offset: offset, using: &random)
                ?? (0..<count).map { _ in offset + Float.random(in: -1...1, using: &random) }
            return values + [Float](repeating: .nan, count: 16)
        }

        func isIntact(_ values: [Float]) -> Bool {
            values.suffix(16).allSatisfy(\.isNaN) && (layout?.paddingIsZero(Array(values.dropLast(16))) ?? true)
        }

        func ofChannel(_ c: Int, _ values: [Float]) -> [Double] {
            (0..<self.values).map { Double(values[place(c, $0)]) }
        }
    }

    private func parameters(_ count: Int, using random: inout some RandomNumberGenerator) -> [Float] {
        (0..<count).map { _ in Float.random(in: 0.5...1.5, using: &random) }
    }

    @Test("forward and backward, of images and of features, with residual and ReLU or not", arguments: SeededCases(60))
    func training(testCase: SeededCase) {
        var random = testCase.random
        let tensor = Tensor(using: &random)
        var shape = tensor.shape
        let (relu, adds, keeps) =
            (Bool.random(using: &random), Bool.random(using: &random), Bool.random(using: &random))
        let offset: Float = Bool.random(using: &random) ? 0 : 5
        let x = tensor.draw(offset: offset, using: &random)
        let residual = tensor.draw(using: &random)
        let dy = tensor.draw(using: &random)
        let gamma = parameters(tensor.channels, using: &random)
        let beta = parameters(tensor.channels, using: &random).map { $0 - 1 }
        var runningMean = parameters(tensor.channels, using: &random)
        var runningVariance = parameters(tensor.channels, using: &random)
        let (oldMean, oldVariance) = (runningMean, runningVariance)
        var mean = [Float](repeating: .nan, count: tensor.paddedChannels)
        var inverse = mean
        var y = residual
        y.withUnsafeMutableBufferPointer { y in
            // The residual's memory receives the output.
            winnow_batch_norm_forward(
                &shape, x, gamma, beta, adds ? UnsafePointer(y.baseAddress!) : nil, relu ? 1 : 0, 1e-2, 0.2,
                &runningMean, &runningVariance, &mean, &inverse, y.baseAddress!)
        }
        #expect(tensor.isIntact(y))

        var (dx, masked) = (dy, tensor.draw(using: &random))
        var dgamma = [Float](repeating: .nan, count: tensor.channels)
        var dbeta = dgamma
        dx.withUnsafeMutableBufferPointer { dx in
            masked.withUnsafeMutableBufferPointer { masked in
                winnow_batch_norm_backward(
                    &shape, x, y, dx.baseAddress!, gamma, mean, inverse, relu ? 1 : 0,
                    keeps ? masked.baseAddress! : nil, &dgamma, &dbeta, dx.baseAddress!)
            }
        }
        #expect(tensor.isIntact(dx) && tensor.isIntact(masked))

        for c in 0..<tensor.channels {
            let values = tensor.ofChannel(c, x)
            let n = Double(values.count)
            let average = values.reduce(0, +) / n
            let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / n
            let scale = 1 / (variance + 1e-2).squareRoot()
            let normalised = values.map { ($0 - average) * scale }
            var expected = normalised.map { Double(gamma[c]) * $0 + Double(beta[c]) }
            if adds { expected = zip(expected, tensor.ofChannel(c, residual)).map { $0 + $1 } }
            if relu { expected = expected.map { max($0, 0) } }
            #expect(distance(tensor.ofChannel(c, y).map(Float.init), expected, scale: 0.1) < 1e-5, "\(shape)")
            #expect(distance([mean[c], inverse[c]], [average, scale]) < 1e-6, "\(shape)")
            let running = [
                0.8 * Double(oldMean[c]) + 0.2 * average,
                0.8 * Double(oldVariance[c]) + 0.2 * variance * n / (n - 1),
            ]
            #expect(distance([runningMean[c], runningVariance[c]], running) < 1e-6, "\(shape)")

            var dz = tensor.ofChannel(c, dy)
            if relu { dz = zip(dz, tensor.ofChannel(c, y)).map { $1 > 0 ? $0 : 0 } }
            if keeps { #expect(tensor.ofChannel(c, masked) == dz) }
            let sum = dz.reduce(0, +)
            let product = zip(dz, normalised).reduce(0) { $0 + $1.0 * $1.1 }
            // Sums of n values of either sign: rounding is relative to their size, not to what is left of them.
            #expect(abs(Double(dbeta[c]) - sum) < 1e-6 * n, "\(shape)")
            #expect(abs(Double(dgamma[c]) - product) < 3e-6 * n, "\(shape)")
            let gradient = zip(dz, normalised).map { Double(gamma[c]) * scale * ($0 - sum / n - $1 * product / n) }
            // Of two values that lie close together nothing is left: terms of the size of gamma * scale cancel.
            let terms = Double(gamma[c]) * scale
            #expect(distance(tensor.ofChannel(c, dx).map(Float.init), gradient, scale: terms) < 1e-5, "\(shape)")
        }
        #expect(mean.dropFirst(tensor.channels).allSatisfy { $0 == 0 })
    }

    @Test("evaluation by running statistics", arguments: SeededCases(30))
    func evaluation(testCase: SeededCase) {
        var random = testCase.random
        let tensor = Tensor(using: &random)
        var shape = tensor.shape
        let (relu, adds) = (Bool.random(using: &random), Bool.random(using: &random))
        let (x, residual) = (tensor.draw(using: &random), tensor.draw(using: &random))
        let gamma = parameters(tensor.channels, using: &random)
        let beta = parameters(tensor.channels, using: &random).map { $0 - 1 }
        let mean = parameters(tensor.channels, using: &random)
        let variance = parameters(tensor.channels, using: &random)
        var scale = [Float](repeating: .nan, count: tensor.paddedChannels)
        var shift = scale
        winnow_batch_norm_fold(gamma, beta, mean, variance, 1e-5, tensor.channels, &scale, &shift)
        #expect(scale.dropFirst(tensor.channels).allSatisfy { $0 == 0 })
        #expect(shift.dropFirst(tensor.channels).allSatisfy { $0 == 0 })
        var y = x
        y.withUnsafeMutableBufferPointer { y in
            residual.withUnsafeBufferPointer { residual in
                winnow_batch_norm_apply(
                    &shape, y.baseAddress!, scale, shift, adds ? residual.baseAddress! : nil, relu ? 1 : 0,
                    y.baseAddress!)
            }
        }
        #expect(tensor.isIntact(y))
        for c in 0..<tensor.channels {
            let factor = Double(gamma[c]) / (Double(variance[c]) + 1e-5).squareRoot()
            var expected = tensor.ofChannel(c, x).map { ($0 - Double(mean[c])) * factor + Double(beta[c]) }
            if adds { expected = zip(expected, tensor.ofChannel(c, residual)).map { $0 + $1 } }
            if relu { expected = expected.map { max($0, 0) } }
            #expect(distance(tensor.ofChannel(c, y).map(Float.init), expected, scale: 0.1) < 1e-5, "\(shape)")
        }
    }

    @Test(
        "a mean that is large beside the deviation, and a first sample unlike the others, cost no accuracy",
        arguments: SeededCases(3))
    func largeMean(testCase: SeededCase) {
        var random = testCase.random
        let layout = ImageLayout(batch: 4, channels: 16, pixels: 1000)
        var shape = winnow_batch_norm_shape(
            batch: 4, channels: 16, pixels: 1000, sample_stride: 16000, block_stride: 16000, padded: 1)
        var x = layout.values(offset: 1000, using: &random)
        for i in 0..<16 { x[i] = 1020 }
        let ones = [Float](repeating: 1, count: 16)
        let zeros = [Float](repeating: 0, count: 16)
        var (mean, inverse, runningMean, runningVariance) = (zeros, zeros, zeros, zeros)
        var y = x
        winnow_batch_norm_forward(
            &shape, x, ones, zeros, nil, 0, 1e-5, 1, &runningMean, &runningVariance, &mean, &inverse, &y)
        for c in 0..<16 {
            let places = (0..<4).flatMap { n in (0..<1000).map { layout.place(n, c, $0) } }
            let values = places.map { Double(x[$0]) }
            let average = values.reduce(0, +) / 4000
            let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 4000
            #expect(distance([inverse[c]], [1 / (variance + 1e-5).squareRoot()]) < 1e-6)
            let expected = values.map { ($0 - average) / (variance + 1e-5).squareRoot() }
            #expect(distance(places.map { y[$0] }, expected) < 1e-6)
        }
    }

    @Test("NaN reaches the output through ReLU, and zeros in the padding stay zeros")
    func nan() {
        var shape = winnow_batch_norm_shape(
            batch: 1, channels: 3, pixels: 2, sample_stride: 32, block_stride: 32, padded: 1)
        var x = [Float](repeating: 0, count: 32)
        x[0] = .nan
        let ones: [Float] = [1, 1, 1]
        var (mean, inverse) = ([Float](repeating: 0, count: 16), [Float](repeating: 0, count: 16))
        var (runningMean, runningVariance, y) = (ones, ones, x)
        winnow_batch_norm_forward(
            &shape, x, ones, ones, nil, 1, 1e-5, 0.1, &runningMean, &runningVariance, &mean, &inverse, &y)
        #expect(y[0].isNaN && y[16].isNaN && y[1] == 1 && y[3] == 0 && runningMean[0].isNaN)
    }
}
