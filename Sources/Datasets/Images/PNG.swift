internal import CSPNG

/// Reads PNG images, of every colour type and depth.
enum PNG {
    /// Grey stays grey, whatever its depth, and 16 bits stay 16; palettes become colours; transparency is dropped.
    static func decode(_ bytes: [UInt8], path: String) throws(DatasetError) -> Image {
        guard let context = spng_ctx_new(0) else {
            throw DatasetError(.unreadableImage, in: path, "there is no memory to read it")
        }
        defer { spng_ctx_free(context) }
        // The library keeps the pointer until the context goes, so all of it happens in here.
        return try bytes.withUnsafeBufferPointer { (bytes) throws(DatasetError) in
            func check(_ code: Int32) throws(DatasetError) {
                guard code != SPNG_OK.rawValue else { return }
                throw DatasetError(
                    .unreadableImage, in: path, "cannot be read: \(String(cString: spng_strerror(code)))")
            }
            try check(spng_set_image_limits(context, UInt32(Image.largestSide), UInt32(Image.largestSide)))
            try check(spng_set_png_buffer(context, bytes.baseAddress, bytes.count))
            var header = spng_ihdr()
            try check(spng_get_ihdr(context, &header))
            let (height, width) = (Int(header.height), Int(header.width))
            // Nothing is compressed to less than a 1032th (zlib's manual), and no pixel has less than a bit: a header
            // that is damaged must not make us ask for all memory.
            guard height * width <= 8 * 1032 * bytes.count else {
                throw DatasetError(
                    .unreadableImage, in: path, "cannot be read: it claims an impossible size, \(height)x\(width)")
            }
            let kind = Int(header.color_type)
            let isGrey =
                kind == Int(SPNG_COLOR_TYPE_GRAYSCALE.rawValue) || kind == Int(SPNG_COLOR_TYPE_GRAYSCALE_ALPHA.rawValue)
            let channels = isGrey ? 1 : 3
            func decode<Number>(_ pixels: inout [Number], _ format: spng_format) throws(DatasetError) {
                try check(
                    pixels.withUnsafeMutableBytes {
                        spng_decode_image(context, $0.baseAddress, $0.count, Int32(format.rawValue), 0)
                    })
                // What follows the last row: its checksum, and the file's end.
                try check(spng_decode_chunks(context))
            }
            if header.bit_depth == 16 {
                // As they stand in the file, in this machine's order of bytes; the last channel may be transparency.
                let hasAlpha =
                    kind == Int(SPNG_COLOR_TYPE_GRAYSCALE_ALPHA.rawValue)
                    || kind == Int(SPNG_COLOR_TYPE_TRUECOLOR_ALPHA.rawValue)
                let stored = channels + (hasAlpha ? 1 : 0)
                var words = [UInt16](repeating: 0, count: stored * height * width)
                try decode(&words, SPNG_FMT_PNG)
                return Image(
                    height: height, width: width, channels: channels,
                    pixels: .words(Image.planar(words, channels: channels, stored: stored)))
            }
            // All other types become this one; grey becomes three equal channels.
            var rgb = [UInt8](repeating: 0, count: 3 * height * width)
            try decode(&rgb, SPNG_FMT_RGB8)
            return Image(
                height: height, width: width, channels: channels,
                pixels: .bytes(Image.planar(rgb, channels: channels, stored: 3)))
        }
    }
}
