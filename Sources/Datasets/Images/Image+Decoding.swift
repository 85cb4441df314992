import CSPNG
import CTurboJPEG

/// Reads PNG images, of every colour type and depth.
enum PNG {
    /// Grey of any depth stays grey, and 16 bits stay 16; palettes become colours; transparency is dropped.
    static func decode(_ bytes: [UInt8], path: String) throws(DatasetError) -> Image {
        guard let context = spng_ctx_new(0) else {
            throw DatasetError(.unreadableImage, in: path, "there is no memory to read it")
        }
        defer { spng_ctx_free(context) }
        // The library keeps the pointer until the context's end, so all calls are in here.
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
            // zlib compresses to no less than a 1032th (its manual), and a pixel has at least one bit: a damaged header must
            // not cause an allocation of all memory.
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
                // Checks the checksum of the last row, and the file's end.
                try check(spng_decode_chunks(context))
            }
            if header.bit_depth == 16 {
                // As in the file, in this machine's byte order; the last channel may be transparency.
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

/// Reads JPEG images.
enum JPEG {
    /// Grey stays grey; everything else, CMYK included, becomes red, green and blue.
    /// - Throws: also if the library only warns: a truncated file would end in a grey area.
    static func decode(_ bytes: [UInt8], path: String) throws(DatasetError) -> Image {
        guard let decoder = tjInitDecompress() else {
            throw DatasetError(.unreadableImage, in: path, "there is no memory to read it")
        }
        defer { tjDestroy(decoder) }
        func check(_ code: Int32) throws(DatasetError) {
            guard code != 0 else { return }
            throw DatasetError(
                .unreadableImage, in: path, "cannot be read: \(String(cString: tjGetErrorStr2(decoder)))")
        }
        var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let size = UInt(bytes.count)
        try check(tjDecompressHeader3(decoder, bytes, size, &width, &height, &subsampling, &colours))
        guard Image.isPlausible(height: Int(height), width: Int(width), in: bytes.count) else {
            throw DatasetError(
                .unreadableImage, in: path, "cannot be read: it claims an impossible size, \(height)x\(width)")
        }
        let isInks = colours == Int32(TJCS_CMYK.rawValue) || colours == Int32(TJCS_YCCK.rawValue)
        let channels = colours == Int32(TJCS_GRAY.rawValue) ? 1 : 3
        let stored = isInks ? 4 : channels
        let format = Int32((isInks ? TJPF_CMYK : channels == 1 ? TJPF_GRAY : TJPF_RGB).rawValue)
        var pixels = [UInt8](repeating: 0, count: stored * Int(height) * Int(width))
        // The exact transform, so that the pixels do not depend on what this machine's CPU does fastest.
        try check(tjDecompress2(decoder, bytes, size, &pixels, width, 0, height, format, TJFLAG_ACCURATEDCT))
        if isInks { pixels = Self.colours(ofInks: pixels) }
        return Image(
            height: Int(height), width: Int(width), channels: channels,
            pixels: .bytes(Image.planar(pixels, channels: channels, stored: channels)))
    }

    /// Red, green and blue of cyan, magenta, yellow and black, which files hold as 255 less the ink (Adobe's
    /// convention): black' - black' (255 - ink') / 255, rounded, where x' is what the file holds.
    ///
    /// Colour profiles are ignored. Source: Pillow's conversion of "CMYK;I" to "RGB" (`cmyk2rgb` in Convert.c).
    private static func colours(ofInks inks: [UInt8]) -> [UInt8] {
        stride(from: 0, to: inks.count, by: 4).flatMap { start in
            let black = Int(inks[start + 3])
            return (0..<3).map { colour in
                // x / 255, rounded, without a division.
                let product = (255 - Int(inks[start + colour])) * black + 128
                return UInt8(black - ((product >> 8) + product) >> 8)
            }
        }
    }
}
