/// The orientation that a camera stored in an image: 1 upright, 2 to 8 rotated or mirrored.
///
/// Source: JEITA CP-3451, "Exchangeable image file format", 2.3, tag 0x0112; PNG extensions 1.5, chunk `eXIf`.
enum Orientation {
    /// How an image must be rotated or mirrored for display; 1 where it need not, or does not say.
    static func of(_ bytes: [UInt8]) -> Int {
        guard let start = bytes.starts(with: [0xFF, 0xD8]) ? inJPEG(bytes) : inPNG(bytes),
            let orientation = orientation(bytes[start...]), 1...8 ~= orientation
        else { return 1 }
        return orientation
    }

    /// The start of the TIFF header in a JPEG's APP1 segment.
    private static func inJPEG(_ bytes: [UInt8]) -> Int? {
        var position = 2
        while position + 4 <= bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            // The pixels begin.
            guard marker != 0xDA, marker != 0xD9 else { return nil }
            // A marker may be preceded by any number of fill bytes.
            guard marker != 0xFF else {
                position += 1
                continue
            }
            let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
            if marker == 0xE1, bytes[(position + 4)...].starts(with: Array("Exif".utf8) + [0, 0]) {
                return position + 10
            }
            position += 2 + max(length, 2)
        }
        return nil
    }

    private static func inPNG(_ bytes: [UInt8]) -> Int? {
        var position = 8
        while position + 8 <= bytes.count {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            if bytes[position + 4..<position + 8].elementsEqual(Array("eXIf".utf8)) { return position + 8 }
            position += 12 + length
        }
        return nil
    }

    /// The value of the tag in the first directory.
    private static func orientation(_ tiff: ArraySlice<UInt8>) -> Int? {
        let isLittle = tiff.starts(with: Array("II".utf8))
        func number(_ offset: Int, _ size: Int) -> Int? {
            let start = tiff.startIndex + offset
            guard offset >= 0, start + size <= tiff.endIndex else { return nil }
            let bytes = tiff[start..<start + size]
            return isLittle
                ? bytes.reversed().reduce(0) { $0 << 8 | Int($1) } : bytes.reduce(0) { $0 << 8 | Int($1) }
        }
        guard let directory = number(4, 4), let count = number(directory, 2) else { return nil }
        for entry in 0..<count {
            let start = directory + 2 + 12 * entry
            guard let tag = number(start, 2) else { return nil }
            if tag == 0x0112 { return number(start + 8, 2) }
        }
        return nil
    }
}
