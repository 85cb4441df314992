extension Image {
    /// Scales to another size, bilinearly; where it shrinks, each pixel is the weighted mean of all that it covers.
    ///
    /// Source: the separable triangle filter of Pillow's `resize(..., BILINEAR)`, which is torchvision's with
    /// `antialias=True`; here without rounding between the two passes.
    func resized(height newHeight: Int, width newWidth: Int) -> Image {
        guard (height, width) != (newHeight, newWidth) else { return self }
        let across = LineFilter(from: width, to: newWidth)
        let down = LineFilter(from: height, to: newHeight)
        func resized<Number: FixedWidthInteger>(_ pixels: [Number]) -> [Number] {
            var output: [Number] = []
            output.reserveCapacity(channels * newHeight * newWidth)
            for channel in 0..<channels {
                let plane = pixels[channel * height * width..<(channel + 1) * height * width].map { Float($0) }
                // First along the rows, so that the second pass has fewer of them to go down where it shrinks.
                let narrow = across.apply(to: plane, lines: height, step: 1, next: width)
                for row in 0..<newHeight {
                    for column in 0..<newWidth {
                        let value = down.value(at: row, of: narrow, start: column, step: newWidth)
                        output.append(Number(min(max(value.rounded(), 0), Float(Number.max))))
                    }
                }
            }
            return output
        }
        let pixels: Pixels =
            switch pixels {
            case .bytes(let bytes): .bytes(resized(bytes))
            case .words(let words): .words(resized(words))
            }
        return Image(height: newHeight, width: newWidth, channels: channels, pixels: pixels)
    }
}

/// The weights with which the values of a line become another line of another length.
private struct LineFilter {
    private let taps: [(first: Int, weights: [Float])]

    /// Value i of the new line lies at c = (i + 1/2) m / n of the old, whose value j lies at j + 1/2 and counts with
    /// max(0, 1 - |j + 1/2 - c| / s), where s = max(1, m / n); all weights together are 1.
    init(from old: Int, to new: Int) {
        let scale = Double(old) / Double(new)
        let support = max(1, scale)
        taps = (0..<new).map { index in
            let centre = (Double(index) + 0.5) * scale
            let first = max(0, Int((centre - support + 0.5).rounded(.down)))
            let end = min(old, Int((centre + support + 0.5).rounded(.down)))
            let weights = (first..<end).map { max(0, 1 - abs(Double($0) + 0.5 - centre) / support) }
            let sum = weights.reduce(0, +)
            return (first, weights.map { Float($0 / sum) })
        }
    }

    /// Value `index` of the new line, of the old line that begins at `start` and goes on by `step`.
    @inline(__always)
    func value(at index: Int, of values: [Float], start: Int, step: Int) -> Float {
        let (first, weights) = taps[index]
        var sum: Float = 0
        var place = start + first * step
        for weight in weights {
            sum += weight * values[place]
            place += step
        }
        return sum
    }

    /// All lines, one after the other.
    func apply(to values: [Float], lines: Int, step: Int, next: Int) -> [Float] {
        (0..<lines).flatMap { line in
            taps.indices.map { value(at: $0, of: values, start: line * next, step: step) }
        }
    }
}
