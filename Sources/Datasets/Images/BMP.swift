/// Reads Windows bitmaps without compression: of 24 and 32 bits a pixel, and of 8 with a palette.
///
/// Source: Microsoft, "Bitmap Storage": BITMAPFILEHEADER, BITMAPINFOHEADER.
enum BMP {
    private static let noCompression = 0
    private static let bitFields = 3

    /// Red, green and blue; grey where a palette has nothing else.
    static func decode(_ bytes: [UInt8], path: String) throws(DatasetError) -> Image {
        func fail(_ reason: String) -> DatasetError {
            DatasetError(.unreadableImage, in: path, "cannot be read: \(reason)")
        }
        func number(_ offset: Int, _ size: Int) -> Int {
            (0..<size).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
        }
        guard bytes.count >= 54, number(14, 4) >= 40 else { throw fail("a bitmap without the usual header") }
        let (start, header) = (number(10, 4), number(14, 4))
        let width = Int(Int32(truncatingIfNeeded: number(18, 4)))
        let rows = Int(Int32(truncatingIfNeeded: number(22, 4)))
        let (bits, compression) = (number(28, 2), number(30, 4))
        // The first row is the lowest, unless the height is negative.
        let (height, isUpright) = (abs(rows), rows < 0)
        guard 1...Image.largestSide ~= width, 1...Image.largestSide ~= height else {
            throw fail("it claims an impossible size, \(height)x\(width)")
        }
        guard [8, 24, 32].contains(bits), compression == noCompression || (bits == 32 && compression == bitFields)
        else { throw fail("a bitmap with \(bits) bits a pixel and the compression \(compression)") }
        // Each row fills whole words.
        let stride = (width * bits / 8 + 3) / 4 * 4
        guard start >= 14 + header, start + stride * height <= bytes.count else { throw fail("it is cut off") }
        let palette = 14 + header
        let colours = number(46, 4) == 0 ? 256 : number(46, 4)
        if bits == 8, palette + 4 * colours > start { throw fail("its palette is cut off") }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * height * width)
        for y in 0..<height {
            let row = start + stride * (isUpright ? y : height - 1 - y)
            for x in 0..<width {
                var place = row + x * bits / 8
                if bits == 8 {
                    guard Int(bytes[place]) < colours else { throw fail("a pixel has a colour beyond the palette") }
                    place = palette + 4 * Int(bytes[place])
                }
                pixels += [bytes[place + 2], bytes[place + 1], bytes[place]]
            }
        }
        let isGrey =
            bits == 8
            && (0..<colours).allSatisfy { colour in
                let place = palette + 4 * colour
                return bytes[place] == bytes[place + 1] && bytes[place] == bytes[place + 2]
            }
        return Image(
            height: height, width: width, channels: isGrey ? 1 : 3,
            pixels: .bytes(Image.planar(pixels, channels: isGrey ? 1 : 3, stored: 3)))
    }
}
