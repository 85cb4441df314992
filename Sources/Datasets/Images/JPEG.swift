internal import CTurboJPEG

/// Reads JPEG images.
enum JPEG {
    /// Grey stays grey; all else becomes red, green and blue, the inks of printed matter (CMYK) as well.
    /// - Throws: also where the library only warns: a file that is cut off would end in a grey area.
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
        guard 1...Image.largestSide ~= Int(width), 1...Image.largestSide ~= Int(height) else {
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
    /// No colour profile is looked at. Source: Pillow's conversion of "CMYK;I" to "RGB" (`cmyk2rgb` in Convert.c).
    private static func colours(ofInks inks: [UInt8]) -> [UInt8] {
        stride(from: 0, to: inks.count, by: 4).flatMap { place in
            let black = Int(inks[place + 3])
            return (0..<3).map { colour in
                // x / 255, rounded, without a division.
                let product = (255 - Int(inks[place + colour])) * black + 128
                return UInt8(black - ((product >> 8) + product) >> 8)
            }
        }
    }
}
