import CKernels
import TestSupport

/// A convolution of random shape and values, and its three directions as plain loops in Double.
///
/// Images are row-major here, [batch][channels][rows][columns], and weights [outputs][inputs][kernel][kernel]; a test
/// lays them out as its kernel wants them.
struct DirectCase {
    let shape: winnow_convolution_shape
    let x, weights, dy: [Float]
    let y, dx, dw: [Double]

    init(inputs: ClosedRange<Int>, random: inout SplitMix64) {
        func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
        let (kernel, stride, padding) = (draw(1...7), [1, 1, 2, 2, 3, 4][draw(0...5)], draw(0...4))
        // One case in four has an axis so long that it is cut into several bands. The kernel fits into the image.
        let long = draw(1...8)
        let height = max(long == 1 ? stride * draw(100...160) : draw(1...18), kernel)
        let width = max(long == 2 ? stride * draw(100...160) : draw(1...18), kernel)
        var (outHeight, outWidth) = (
            (height + 2 * padding - kernel) / stride + 1, (width + 2 * padding - kernel) / stride + 1
        )
        if draw(1...4) == 1 { (outHeight, outWidth) = (draw(1...outHeight), draw(1...outWidth)) }
        let s = winnow_convolution_shape(
            batch: long <= 2 ? 1 : draw(1...5), inputs: draw(inputs), height: height, width: width,
            outputs: draw(1...70),
            out_height: outHeight, out_width: outWidth, kernel: kernel, stride: stride, padding: padding)
        shape = s
        x = values(s.batch * s.inputs * height * width)
        weights = values(s.outputs * s.inputs * kernel * kernel)
        dy = values(s.batch * s.outputs * outHeight * outWidth)
        var (y, dx, dw) = (
            [Double](repeating: 0, count: dy.count), [Double](repeating: 0, count: x.count),
            [Double](repeating: 0, count: weights.count)
        )
        for n in 0..<s.batch {
            for o in 0..<s.outputs {
                for i in 0..<outHeight {
                    for j in 0..<outWidth {
                        let output = ((n * s.outputs + o) * outHeight + i) * outWidth + j
                        for k in 0..<kernel {
                            for l in 0..<kernel {
                                let (row, column) = (i * stride + k - padding, j * stride + l - padding)
                                guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                                for c in 0..<s.inputs {
                                    let input = ((n * s.inputs + c) * height + row) * width + column
                                    let weight = ((o * s.inputs + c) * kernel + k) * kernel + l
                                    y[output] += Double(x[input]) * Double(weights[weight])
                                    dx[input] += Double(dy[output]) * Double(weights[weight])
                                    dw[weight] += Double(dy[output]) * Double(x[input])
                                }
                            }
                        }
                    }
                }
            }
        }
        (self.y, self.dx, self.dw) = (y, dx, dw)
    }

    /// A batch of images in blocks of 16 channels.
    func blocked<Value: BinaryFloatingPoint>(_ images: [Value], channels: Int, pixels: Int) -> [Value] {
        let blocks = (channels + 15) / 16
        var result = [Value](repeating: 0, count: shape.batch * blocks * pixels * 16)
        for n in 0..<shape.batch {
            for c in 0..<channels {
                for p in 0..<pixels {
                    result[((n * blocks + c / 16) * pixels + p) * 16 + c % 16] =
                        images[(n * channels + c) * pixels + p]
                }
            }
        }
        return result
    }

    func blockedInput<Value: BinaryFloatingPoint>(_ x: [Value]) -> [Value] {
        blocked(x, channels: shape.inputs, pixels: shape.height * shape.width)
    }

    func blockedOutput<Value: BinaryFloatingPoint>(_ y: [Value]) -> [Value] {
        blocked(y, channels: shape.outputs, pixels: shape.out_height * shape.out_width)
    }

    /// [outputs / 16][inputs / `block`][kernel][kernel][`block` inputs][16 outputs].
    func blockedWeights<Value: BinaryFloatingPoint>(_ weights: [Value], inputBlock block: Int) -> [Value] {
        let (taps, inputBlocks) = (shape.kernel * shape.kernel, (shape.inputs + block - 1) / block)
        var result = [Value](repeating: 0, count: (shape.outputs + 15) / 16 * inputBlocks * taps * block * 16)
        for o in 0..<shape.outputs {
            for c in 0..<shape.inputs {
                for tap in 0..<taps {
                    let run = (o / 16 * inputBlocks + c / block) * taps + tap
                    result[(run * block + c % block) * 16 + o % 16] = weights[(o * shape.inputs + c) * taps + tap]
                }
            }
        }
        return result
    }
}
