/// A picture, channel by channel.
struct Image: Equatable {
    let height: Int
    let width: Int
    /// 1 (grey) or 3 (red, green, blue).
    let channels: Int
    let pixels: Pixels

    /// channels x height x width.
    enum Pixels: Equatable {
        case bytes([UInt8])
        case words([UInt16])

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .words(let words): words.count
            }
        }
    }

    /// The largest height and width that are read; what claims more is damaged, or made to fill the memory.
    static let largestSide = 1 << 15

    init(height: Int, width: Int, channels: Int, pixels: Pixels) {
        precondition(pixels.count == channels * height * width, "pixels do not fill the image")
        self.height = height
        self.width = width
        self.channels = channels
        self.pixels = pixels
    }

    /// Reads a PNG or a JPEG: the contents say which it is, whatever the file's name.
    /// - Throws: where it is neither, or damaged.
    init(decoding bytes: [UInt8], path: String) throws(DatasetError) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            self = try PNG.decode(bytes, path: path)
        } else if bytes.starts(with: [0xFF, 0xD8]) {
            self = try JPEG.decode(bytes, path: path)
        } else {
            throw DatasetError(.unreadableImage, in: path, "is neither a PNG nor a JPEG")
        }
    }

    /// The pixels channel by channel.
    /// - Parameters:
    ///   - interleaved: height x width x `stored`.
    ///   - stored: how many channels each pixel has there; of these the first `channels` are taken.
    static func planar<Number: FixedWidthInteger>(
        _ interleaved: [Number], channels: Int, stored: Int
    ) -> [Number] {
        let plane = interleaved.count / stored
        return [Number](unsafeUninitializedCapacity: channels * plane) { room, count in
            for channel in 0..<channels {
                for place in 0..<plane { room[channel * plane + place] = interleaved[place * stored + channel] }
            }
            count = channels * plane
        }
    }

    /// With 1 channel, by the weights of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in the 16 bits that Pillow has; or
    /// with 3, all alike.
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
        return (0..<plane).map { place in
            let red = 19595 * Int(pixels[place])
            let green = 38470 * Int(pixels[plane + place])
            let blue = 7471 * Int(pixels[2 * plane + place])
            return Number((red + green + blue + 0x8000) >> 16)
        }
    }

    /// The pixels in 16 bits: of 8, each becomes 257 times what it was, so that white stays white.
    var words: [UInt16] {
        switch pixels {
        case .bytes(let bytes): bytes.map { 257 * UInt16($0) }
        case .words(let words): words
        }
    }
}
