import CKernels
import TestSupport

/// A random epilogue for images in blocks of 16 channels, with what it should make of the sums.
struct EpilogueCase {
    let scale, shift, residual: [Float]?
    let relu: Bool
    /// Whether the residual is the output itself.
    let accumulates: Bool

    /// `residual` are random values in the output's layout.
    init(channels: Int, residual: [Float], random: inout SplitMix64) {
        func some() -> Bool { Bool.random(using: &random) }
        func vector() -> [Float] {
            (0..<(channels + 15) / 16 * 16).map { $0 < channels ? Float.random(in: -1...1, using: &random) : 0 }
        }
        scale = some() ? vector() : nil
        shift = some() ? vector() : nil
        self.residual = some() ? residual : nil
        (relu, accumulates) = (some(), some())
    }

    /// Only adds to the output.
    init(accumulatingTo residual: [Float]) {
        (scale, shift, self.residual, relu, accumulates) = (nil, nil, residual, false, true)
    }

    /// The output that `body` writes, given the output and the epilogue.
    func run(count: Int, _ body: (UnsafeMutablePointer<Float>, winnow_epilogue) -> Void) -> [Float] {
        var output = accumulates ? residual ?? [] : []
        if output.isEmpty { output = [Float](repeating: .nan, count: count) }
        output.withUnsafeMutableBufferPointer { output in
            withPointer(scale) { scale in
                withPointer(shift) { shift in
                    withPointer(residual) { residual in
                        let target = output.baseAddress!
                        let added = residual != nil && accumulates ? UnsafePointer(target) : residual
                        body(target, winnow_epilogue(scale: scale, shift: shift, residual: added, relu: relu ? 1 : 0))
                    }
                }
            }
        }
        return output
    }

    /// What becomes of `sums`, an array [batch][channels / 16][pixels][16].
    func expected(_ sums: [Double], channels: Int, pixels: Int) -> [Double] {
        let blocks = (channels + 15) / 16
        return sums.indices.map { place in
            let channel = place / (16 * pixels) % blocks * 16 + place % 16
            var value = sums[place]
            if let scale { value *= Double(scale[channel]) }
            if let shift { value += Double(shift[channel]) }
            if let residual { value += Double(residual[place]) }
            return relu ? max(value, 0) : value
        }
    }
}

private func withPointer(_ values: [Float]?, _ body: (UnsafePointer<Float>?) -> Void) {
    if let values { values.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
}
