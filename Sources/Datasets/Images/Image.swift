/// A picture in 8 bits, channel by channel.
struct Image: Equatable {
    let height: Int
    let width: Int
    /// 1 (grey) or 3 (red, green, blue).
    let channels: Int
    /// channels x height x width.
    let pixels: [UInt8]

    /// The largest height and width that are read; what claims more is damaged, or made to fill the memory.
    static let largestSide = 1 << 15

    init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
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

    /// - Parameter interleaved: height x width x channels.
    init(height: Int, width: Int, channels: Int, interleaved: [UInt8]) {
        let plane = height * width
        let pixels = [UInt8](unsafeUninitializedCapacity: channels * plane) { room, count in
            for channel in 0..<channels {
                for place in 0..<plane { room[channel * plane + place] = interleaved[place * channels + channel] }
            }
            count = channels * plane
        }
        self.init(height: height, width: width, channels: channels, pixels: pixels)
    }

    /// With 1 channel, by the weights of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in the 16 bits that Pillow has; or
    /// with 3, all alike.
    func with(channels wanted: Int) -> Image {
        guard wanted != channels else { return self }
        let plane = height * width
        guard wanted == 1 else {
            return Image(height: height, width: width, channels: 3, pixels: pixels + pixels + pixels)
        }
        let grey = (0..<plane).map { place in
            let red = 19595 * Int(pixels[place])
            let green = 38470 * Int(pixels[plane + place])
            let blue = 7471 * Int(pixels[2 * plane + place])
            return UInt8((red + green + blue + 0x8000) >> 16)
        }
        return Image(height: height, width: width, channels: 1, pixels: grey)
    }
}
