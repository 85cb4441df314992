internal import CTurboJPEG

/// Reads JPEG images.
enum JPEG {
    /// Grey stays grey; all else becomes red, green and blue.
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
            throw DatasetError(.unreadableImage, in: path, "claims an impossible size, \(height)x\(width)")
        }
        let channels = colours == Int32(TJCS_GRAY.rawValue) ? 1 : 3
        let format = Int32((channels == 1 ? TJPF_GRAY : TJPF_RGB).rawValue)
        var pixels = [UInt8](repeating: 0, count: channels * Int(height) * Int(width))
        // The exact transform, so that the pixels do not depend on what this machine's CPU does fastest.
        try check(tjDecompress2(decoder, bytes, size, &pixels, width, 0, height, format, TJFLAG_ACCURATEDCT))
        return Image(height: Int(height), width: Int(width), channels: channels, interleaved: pixels)
    }
}
