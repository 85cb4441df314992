import CKernels
import TestSupport
import Testing

@Suite("Pooling against plain loops")
struct PoolingTests {
    /// A random window and images, with the pixels that each window holds.
    private struct Images {
        let shape: winnow_pooling_shape
        let input: ImageLayout
        let output: ImageLayout
        /// The windows in the order of the outputs: the pixel at each of its places that is inside.
        let windows: [[(place: Int, pixel: Int)]]

        init(largestKernel: Int, using random: inout some RandomNumberGenerator) {
            func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
            let (kernel, stride) = (draw(1...largestKernel), draw(1...4))
            let padding = draw(0...kernel / 2)
            let (height, width) = (kernel + draw(0...9), kernel + draw(0...9))
            let outHeight = max((height + 2 * padding - kernel) / stride + 1 - draw(0...1), 1)
            let outWidth = max((width + 2 * padding - kernel) / stride + 1 - draw(0...1), 1)
            let (batch, channels) = (draw(1...2), draw(1...35))
            input = ImageLayout(batch: batch, channels: channels, pixels: height * width)
            output = ImageLayout(batch: batch, channels: channels, pixels: outHeight * outWidth)
            shape = winnow_pooling_shape(
                planes: batch * input.blocks, height: height, width: width, out_height: outHeight,
                out_width: outWidth, kernel: kernel, stride: stride, padding: padding)
            windows = (0..<outHeight * outWidth).map { pixel in
                (0..<kernel * kernel).compactMap { place in
                    let row = pixel / outWidth * stride + place / kernel - padding
                    let column = pixel % outWidth * stride + place % kernel - padding
                    guard (0..<height).contains(row), (0..<width).contains(column) else { return nil }
                    return (place, row * width + column)
                }
            }
        }

        /// Each channel of each sample, as the functions that give the places of its pixels before and after.
        func forEachChannel(_ body: (_ input: (Int) -> Int, _ output: (Int) -> Int) -> Void) {
            for n in 0..<input.batch {
                for c in 0..<input.channels {
                    body({ input.place(n, c, $0) }, { output.place(n, c, $0) })
                }
            }
        }
    }

    @Test("maximum, with ReLU or not, windows that overlap or not", arguments: SeededCases(80))
    func maximum(testCase: SeededCase) {
        var random = testCase.random
        let images = Images(largestKernel: 5, using: &random)
        var shape = images.shape
        let relu = Bool.random(using: &random)
        // Few different values, so that windows have several largest ones; a NaN here and there.
        let x = images.input.values(using: &random).map { value in
            value == 0 ? 0 : Int.random(in: 0..<50, using: &random) == 0 ? .nan : (value * 4).rounded() / 4
        }
        let dy = images.output.values(using: &random)
        var y = [Float](repeating: 7, count: images.output.count)
        var place = [UInt8](repeating: 99, count: y.count)
        winnow_max_pool_forward(&shape, x, relu ? 1 : 0, &y, &place)
        var unnoted = [Float](repeating: 7, count: y.count)
        winnow_max_pool_forward(&shape, x, relu ? 1 : 0, &unnoted, nil)
        var dx = [Float](repeating: .nan, count: x.count)
        winnow_max_pool_backward(&shape, dy, place, &dx)

        var expectedGradient = [Double](repeating: 0, count: x.count)
        images.forEachChannel { input, output in
            for (pixel, window) in images.windows.enumerated() {
                var best = window[0]
                for other in window {
                    let value = x[input(other.pixel)]
                    if value > x[input(best.pixel)] || value.isNaN { best = other }
                }
                let value = x[input(best.pixel)]
                let cut = relu && value <= 0
                let (result, noted) = (y[output(pixel)], place[output(pixel)])
                #expect(cut ? result == 0 : result == value || (result.isNaN && value.isNaN), "\(shape)")
                #expect(unnoted[output(pixel)].bitPattern == result.bitPattern, "\(shape)")
                #expect(noted == (cut ? 255 : UInt8(best.place)), "\(shape)")
                if !cut { expectedGradient[input(best.pixel)] += Double(dy[output(pixel)]) }
            }
        }
        #expect(distance(dx, expectedGradient) < 1e-5, "\(shape)")
        #expect(images.output.paddingIsZero(y))
    }

    @Test("average, the padding counted", arguments: SeededCases(60))
    func average(testCase: SeededCase) {
        var random = testCase.random
        let images = Images(largestKernel: 6, using: &random)
        var shape = images.shape
        let (x, dy) = (images.input.values(using: &random), images.output.values(using: &random))
        var y = [Float](repeating: .nan, count: images.output.count)
        var dx = [Float](repeating: .nan, count: x.count)
        winnow_average_pool_forward(&shape, x, &y)
        winnow_average_pool_backward(&shape, dy, &dx)
        var expected = [Double](repeating: 0, count: y.count)
        var expectedGradient = [Double](repeating: 0, count: x.count)
        images.forEachChannel { input, output in
            for (pixel, window) in images.windows.enumerated() {
                for (_, inside) in window {
                    let share = 1 / Double(shape.kernel * shape.kernel)
                    expected[output(pixel)] += Double(x[input(inside)]) * share
                    expectedGradient[input(inside)] += Double(dy[output(pixel)]) * share
                }
            }
        }
        #expect(distance(y, expected) < 1e-5, "\(shape)")
        #expect(distance(dx, expectedGradient) < 1e-5, "\(shape)")
    }

    @Test("average of whole planes", arguments: SeededCases(20))
    func globalAverage(testCase: SeededCase) {
        var random = testCase.random
        let planes = Int.random(in: 1...9, using: &random)
        let pixels = Int.random(in: 1...70, using: &random)
        let x = (0..<planes * pixels * 16).map { _ in Float.random(in: -1...1, using: &random) }
        let dy = (0..<planes * 16).map { _ in Float.random(in: -1...1, using: &random) }
        var y = [Float](repeating: .nan, count: dy.count)
        var dx = [Float](repeating: .nan, count: x.count)
        winnow_global_average_forward(x, &y, planes, pixels)
        winnow_global_average_backward(dy, &dx, planes, pixels)
        func place(_ i: Int) -> Int { i / (pixels * 16) * 16 + i % 16 }
        var expected = [Double](repeating: 0, count: y.count)
        for i in x.indices { expected[place(i)] += Double(x[i]) / Double(pixels) }
        #expect(distance(y, expected) < 1e-5)
        #expect(distance(dx, x.indices.map { Double(dy[place($0)]) / Double(pixels) }) < 1e-6)
    }
}
