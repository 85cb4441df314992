/// How a camera was held, as it noted beside the pixels: 1 upright, 2 to 8 turned or mirrored.
///
/// Source: JEITA CP-3451, "Exchangeable image file format", 2.3, tag 0x0112; PNG extensions 1.5, chunk `eXIf`.
enum Orientation {
    /// Whether an image is to be turned or mirrored before people look at it.
    static func isTurned(_ bytes: [UInt8]) -> Bool {
        guard let start = bytes.starts(with: [0xFF, 0xD8]) ? inJPEG(bytes) : inPNG(bytes) else { return false }
        return 2...8 ~= orientation(bytes[start...]) ?? 1
    }

    /// Where the TIFF header in a JPEG's APP1 segment begins.
    private static func inJPEG(_ bytes: [UInt8]) -> Int? {
        var place = 2
        while place + 4 <= bytes.count, bytes[place] == 0xFF {
            let marker = bytes[place + 1]
            // The pixels begin.
            guard marker != 0xDA, marker != 0xD9 else { return nil }
            // A marker may be preceded by any number of fill bytes.
            guard marker != 0xFF else {
                place += 1
                continue
            }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            if marker == 0xE1, bytes[(place + 4)...].starts(with: Array("Exif".utf8) + [0, 0]) { return place + 10 }
            place += 2 + max(length, 2)
        }
        return nil
    }

    private static func inPNG(_ bytes: [UInt8]) -> Int? {
        var place = 8
        while place + 8 <= bytes.count {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            if bytes[place + 4..<place + 8].elementsEqual(Array("eXIf".utf8)) { return place + 8 }
            place += 12 + length
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
