/// An image, channel by channel.
struct Image: Equatable, Sendable {
    let height: Int
    let width: Int
    /// 1 (grey) or 3 (red, green, blue).
    let channels: Int
    let pixels: Pixels

    /// channels x height x width.
    enum Pixels: Equatable, Sendable {
        case bytes([UInt8])
        case words([UInt16])

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .words(let words): words.count
            }
        }
    }

    /// The largest height and width that are read; a larger claim is damage, or an attempt to fill the memory.
    static let largestSide = 1 << 15

    /// Whether a picture of that size may be in a file of so many bytes.
    ///
    /// WebP and JPEG hold a blank picture in next to nothing: few bytes must not cause an allocation of all memory. Huffman
    /// codes take at least a bit for 64 pixels, so that a JPEG that is not damaged passes.
    static func isPlausible(height: Int, width: Int, in bytes: Int) -> Bool {
        1...largestSide ~= height && 1...largestSide ~= width && height * width <= max(1 << 24, 1024 * bytes)
    }

    init(height: Int, width: Int, channels: Int, pixels: Pixels) {
        precondition(pixels.count == channels * height * width, "pixels do not fill the image")
        self.height = height
        self.width = width
        self.channels = channels
        self.pixels = pixels
    }

    /// Reads a PNG, a JPEG, a WebP or a BMP: the contents say which it is, whatever the file's name.
    /// - Throws: if it is none of them, or damaged.
    init(decoding bytes: [UInt8], path: String) throws(DatasetError) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            self = try PNG.decode(bytes, path: path)
        } else if bytes.starts(with: [0xFF, 0xD8]) {
            self = try JPEG.decode(bytes, path: path)
        } else if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            self = try WebP.decode(bytes, path: path)
        } else if bytes.starts(with: Array("BM".utf8)) {
            self = try BMP.decode(bytes, path: path)
        } else {
            throw DatasetError(.unreadableImage, in: path, "is neither a PNG, a JPEG, a WebP nor a BMP")
        }
    }

    /// The pixels channel by channel.
    /// - Parameters:
    ///   - interleaved: height x width x `stored`.
    ///   - stored: the channels of each stored pixel, of which the first `channels` are kept.
    static func planar<Number: FixedWidthInteger>(
        _ interleaved: [Number], channels: Int, stored: Int
    ) -> [Number] {
        let plane = interleaved.count / stored
        return [Number](unsafeUninitializedCapacity: channels * plane) { room, count in
            for channel in 0..<channels {
                for pixel in 0..<plane { room[channel * plane + pixel] = interleaved[pixel * stored + channel] }
            }
            count = channels * plane
        }
    }

    /// With 1 channel, by the weights of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in 16 bits like Pillow; or with 3
    /// equal channels.
    func with(channels wanted: Int) -> Image {
        guard wanted != channels else { return self }
        let converted: Pixels =
            switch pixels {
            case .bytes(let bytes): .bytes(wanted == 1 ? Self.grey(bytes) : bytes + bytes + bytes)
            case .words(let words): .words(wanted == 1 ? Self.grey(words) : words + words + words)
            }
        return Image(height: height, width: width, channels: wanted, pixels: converted)
    }

    private static func grey<Number: FixedWidthInteger>(_ pixels: [Number]) -> [Number] {
        let plane = pixels.count / 3
        return (0..<plane).map { pixel in
            let red = 19595 * Int(pixels[pixel])
            let green = 38470 * Int(pixels[plane + pixel])
            let blue = 7471 * Int(pixels[2 * plane + pixel])
            return Number((red + green + blue + 0x8000) >> 16)
        }
    }

    /// The pixels in 16 bits: 8-bit values are multiplied by 257, so that white stays white.
    var words: [UInt16] {
        switch pixels {
        case .bytes(let bytes): bytes.map { 257 * UInt16($0) }
        case .words(let words): words
        }
    }
}

extension Image {
    /// Resizes bilinearly; when it shrinks, each pixel is the weighted mean of all pixels that it covers.
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
                // Rows first: when it shrinks, the second pass has fewer columns.
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

/// The weights that resample a line to another length.
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

    /// Value `index` of the new line, from the old line that begins at `start` with stride `step`.
    @inline(__always)
    func value(at index: Int, of values: [Float], start: Int, step: Int) -> Float {
        let (first, weights) = taps[index]
        var sum: Float = 0
        var position = start + first * step
        for weight in weights {
            sum += weight * values[position]
            position += step
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
