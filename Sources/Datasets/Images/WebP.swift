import CWebP

/// Reads WebP images, lossy and lossless; of an animation, none.
enum WebP {
    /// Red, green and blue; transparency is dropped.
    static func decode(_ bytes: [UInt8], path: String) throws(DatasetError) -> Image {
        var (width, height): (Int32, Int32) = (0, 0)
        guard WebPGetInfo(bytes, bytes.count, &width, &height) != 0 else { throw unreadable(path, "no WebP image") }
        guard Image.isPlausible(height: Int(height), width: Int(width), in: bytes.count) else {
            throw unreadable(path, "it claims an impossible size, \(height)x\(width)")
        }
        var pixels = [UInt8](repeating: 0, count: 3 * Int(height) * Int(width))
        let row = 3 * width
        let isDecoded = pixels.withUnsafeMutableBufferPointer { pixels in
            WebPDecodeRGBInto(bytes, bytes.count, pixels.baseAddress, pixels.count, row) != nil
        }
        guard isDecoded else { throw unreadable(path, "damaged, cut off, or an animation") }
        return Image(
            height: Int(height), width: Int(width), channels: 3,
            pixels: .bytes(Image.planar(pixels, channels: 3, stored: 3)))
    }

    private static func unreadable(_ path: String, _ reason: String) -> DatasetError {
        DatasetError(.unreadableImage, in: path, "cannot be read: \(reason)")
    }
}
