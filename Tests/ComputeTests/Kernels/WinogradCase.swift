import CKernels
import TestSupport

/// A convolution of random shape and values as Winograd's kernels take it, with its three directions as plain loops in
/// Double, all in the kernels' layouts.
struct WinogradCase {
    let shape: winnow_convolution_shape
    private(set) var x, weights, dy: [Float]
    private(set) var y, dx, dw: [Double]

    /// A shape out of the range that one blocking serves: few channels and any size, or many channels and few tiles.
    init(random: inout SplitMix64) {
        func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        let many = draw(1...4) == 1
        let (inputs, outputs) = many ? (draw(1...300), draw(1...300)) : (draw(1...70), draw(1...70))
        let padding = draw(0...2)
        let smallest = max(3 - 2 * padding, 1)
        let (height, width) = (draw(smallest...(many ? 6 : 18)), draw(smallest...(many ? 6 : 18)))
        // One case in three leaves out rows and columns.
        var (outHeight, outWidth) = (height + 2 * padding - 2, width + 2 * padding - 2)
        if draw(1...3) == 1 { (outHeight, outWidth) = (draw(1...outHeight), draw(1...outWidth)) }
        self.init(
            shape: winnow_convolution_shape(
                batch: many ? draw(1...3) : draw(1...6), inputs: inputs, height: height, width: width,
                outputs: outputs, out_height: outHeight, out_width: outWidth, kernel: 3, stride: 1, padding: padding),
            random: &random)
    }

    init(shape s: winnow_convolution_shape, random: inout SplitMix64) {
        shape = s
        x = Self.image(s.batch, s.inputs, pixels: s.height * s.width, &random)
        dy = Self.image(s.batch, s.outputs, pixels: s.out_height * s.out_width, &random)
        weights = [Float](repeating: 0, count: Self.padded(s.inputs) * Self.padded(s.outputs) * 9)
        (y, dx, dw) = (dy.map { _ in 0 }, x.map { _ in 0 }, weights.map { _ in 0 })
        for o in 0..<s.outputs {
            for c in 0..<s.inputs {
                for tap in 0..<9 { weights[place(o, c, tap)] = Float.random(in: -1...1, using: &random) }
            }
        }
        sum()
    }

    private static func image(
        _ batch: Int, _ channels: Int, pixels: Int, _ random: inout SplitMix64
    ) -> [Float] {
        (0..<batch * padded(channels) * pixels).map { place in
            channel(of: place, channels: channels, pixels: pixels) < channels
                ? Float.random(in: -1...1, using: &random) : 0
        }
    }

    static func padded(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

    /// The channel of a value of an image in blocks of 16 channels.
    static func channel(of place: Int, channels: Int, pixels: Int) -> Int {
        place / (16 * pixels) % (padded(channels) / 16) * 16 + place % 16
    }

    private func place(_ o: Int, _ c: Int, _ tap: Int) -> Int {
        (((o / 16 * (Self.padded(shape.inputs) / 16) + c / 16) * 9 + tap) * 16 + c % 16) * 16 + o % 16
    }

    /// Whether no channel of the convolution has its weight there: what fills a block of 16 up.
    func isPadding(weight place: Int) -> Bool {
        let blocks = Self.padded(shape.inputs) / 16
        let (block, o, c) = (place / (9 * 256), place % 16, place / 16 % 16)
        return block / blocks * 16 + o >= shape.outputs || block % blocks * 16 + c >= shape.inputs
    }

    private mutating func sum() {
        let s = shape
        let (inputs, outputs) = (Self.padded(s.inputs) / 16, Self.padded(s.outputs) / 16)
        for n in 0..<s.batch {
            for i in 0..<s.out_height {
                for j in 0..<s.out_width {
                    for tap in 0..<9 {
                        let (row, column) = (i + tap / 3 - s.padding, j + tap % 3 - s.padding)
                        guard (0..<s.height).contains(row), (0..<s.width).contains(column) else { continue }
                        for o in 0..<s.outputs {
                            let output = (((n * outputs + o / 16) * s.out_height + i) * s.out_width + j) * 16 + o % 16
                            for c in 0..<s.inputs {
                                let input = (((n * inputs + c / 16) * s.height + row) * s.width + column) * 16 + c % 16
                                let weight = place(o, c, tap)
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
}
