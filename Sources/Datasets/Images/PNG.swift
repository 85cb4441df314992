internal import CSPNG

/// Reads PNG images, of every colour type and depth.
enum PNG {
    /// Grey stays grey, whatever its depth; palettes become colours; transparency is dropped.
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
                throw DatasetError(.unreadableImage, in: path, "claims an impossible size, \(height)x\(width)")
            }
            // All types become this one, 16 bits by their upper half; grey becomes three equal channels.
            let format = Int32(SPNG_FMT_RGB8.rawValue)
            var rgb = [UInt8](repeating: 0, count: 3 * height * width)
            try check(rgb.withUnsafeMutableBytes { spng_decode_image(context, $0.baseAddress, $0.count, format, 0) })
            let isGrey =
                Int(header.color_type) == Int(SPNG_COLOR_TYPE_GRAYSCALE.rawValue)
                || Int(header.color_type) == Int(SPNG_COLOR_TYPE_GRAYSCALE_ALPHA.rawValue)
            guard isGrey else { return Image(height: height, width: width, channels: 3, interleaved: rgb) }
            let grey = stride(from: 0, to: rgb.count, by: 3).map { rgb[$0] }
            return Image(height: height, width: width, channels: 1, pixels: grey)
        }
    }
}
