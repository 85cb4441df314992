/// How a table's text stands in bytes.
package enum TextEncoding: String, Hashable, Sendable, CaseIterable {
    case utf8 = "utf-8"
    /// With a byte-order mark; without one the least significant byte comes first.
    case utf16 = "utf-16"
    case utf16LittleEndian = "utf-16-le"
    case utf16BigEndian = "utf-16-be"
    /// ISO 8859-1.
    case latin1 = "latin-1"
    /// Latin-1 with letters and quotes in place of its control characters from 0x80 to 0x9F.
    case windows1252 = "windows-1252"
    case macRoman = "mac-roman"

    /// The text as UTF-8.
    /// - Throws: where the bytes are none in this encoding; the error tells the line, and which encoding they may be
    /// in.
    func decoded(_ bytes: [UInt8], path: String) throws(DatasetError) -> [UInt8] {
        switch self {
        case .utf8:
            try Self.checkUTF8(bytes, path: path)
            return bytes
        case .utf16:
            return try Self.utf16(bytes, bigEndian: bytes.starts(with: [0xFE, 0xFF]), path: path)
        case .utf16LittleEndian: return try Self.utf16(bytes, bigEndian: false, path: path)
        case .utf16BigEndian: return try Self.utf16(bytes, bigEndian: true, path: path)
        case .latin1, .windows1252, .macRoman: return try singleBytes(bytes, path: path)
        }
    }

    // MARK: One byte a character

    private func singleBytes(_ bytes: [UInt8], path: String) throws(DatasetError) -> [UInt8] {
        guard !bytes.allSatisfy({ $0 < 0x80 }) else { return bytes }
        let table = upperHalf.map { scalar in scalar.map { Array(String($0).utf8) } }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 8)
        for (place, byte) in bytes.enumerated() {
            if byte < 0x80 {
                text.append(byte)
            } else if let character = table[Int(byte) - 0x80] {
                text += character
            } else {
                throw DatasetError(
                    .wrongEncoding, in: path, line: Self.line(of: place, in: bytes),
                    "has the byte \(hexadecimal(byte)), which \(rawValue) does not have")
            }
        }
        return text
    }

    /// What the bytes from 0x80 on stand for.
    private var upperHalf: [Unicode.Scalar?] {
        switch self {
        case .windows1252:
            Self.windowsScalars.map { $0 == 0 ? nil : Unicode.Scalar($0) }
                + (0xA0...0xFF).map { Unicode.Scalar(UInt8($0)) }
        case .macRoman: Array(Self.macCharacters.unicodeScalars)
        default: (0x80...0xFF).map { Unicode.Scalar(UInt8($0)) }
        }
    }

    /// 0x80 to 0x9F. Source: Unicode Consortium, "cp1252 to Unicode table", 1998.
    private static let windowsScalars: [UInt32] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
        0x0178,
    ]

    /// 0x80 to 0xFF. Source: Apple, "Map (external version) from Mac OS Roman character set to Unicode", 2005.
    private static let macCharacters =
        "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü" + "†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø"
        + "¿¡¬√ƒ≈∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ" + "‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ"

    // MARK: UTF-16

    private static func utf16(_ bytes: [UInt8], bigEndian: Bool, path: String) throws(DatasetError) -> [UInt8] {
        guard bytes.count.isMultiple(of: 2) else {
            throw DatasetError(
                .wrongEncoding, in: path, "is no UTF-16: its \(bytes.count) bytes are an odd number of them")
        }
        var units = stride(from: 0, to: bytes.count, by: 2).map { place in
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            return bigEndian ? first << 8 | second : second << 8 | first
        }
        if units.first == 0xFEFF { units.removeFirst() }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw DatasetError(.wrongEncoding, in: path, "is no UTF-16: it has halves of pairs that stand alone")
        }
        return Array(text.utf8)
    }

    // MARK: UTF-8

    private static func checkUTF8(_ bytes: [UInt8], path: String) throws(DatasetError) {
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw DatasetError(.wrongEncoding, in: path, line: 1, "is UTF-32 text: write it as UTF-8")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw DatasetError(
                .wrongEncoding, in: path, line: 1, "is UTF-16 text: say encoding: utf-16, or write it as UTF-8")
        }
        if let zero = bytes.prefix(1 << 12).firstIndex(of: 0) {
            let isSecond = !zero.isMultiple(of: 2)
            throw DatasetError(
                .wrongEncoding, in: path, line: line(of: zero, in: bytes),
                "has bytes that are zero: it is no text, or UTF-16 without a byte-order mark, and then say encoding: "
                    + (isSecond ? utf16LittleEndian : utf16BigEndian).rawValue)
        }
        guard let place = firstInvalid(in: bytes) else { return }
        // Windows has letters where Latin-1 has control characters, which no table holds.
        let isWindows = bytes.contains { 0x80...0x9F ~= $0 }
        let guess: TextEncoding = isWindows ? .windows1252 : .latin1
        let letter = guess.upperHalf[Int(bytes[place]) - 0x80].map { " ('\($0)' in \(guess.rawValue))" } ?? ""
        throw DatasetError(
            .wrongEncoding, in: path, line: line(of: place, in: bytes),
            "is no UTF-8: it has the byte \(hexadecimal(bytes[place]))\(letter); say encoding: \(guess.rawValue), "
                + "or what "
                + "else it is (\(allCases.dropFirst().map(\.rawValue).joined(separator: ", ")))")
    }

    /// Where the bytes stop being UTF-8.
    private static func firstInvalid(in bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { bytes in
            var place = 0
            while place < bytes.count {
                if place + 8 <= bytes.count {
                    // Eight ASCII characters at once: most tables have no others.
                    let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                    if word & 0x8080_8080_8080_8080 == 0 {
                        place += 8
                        continue
                    }
                }
                let length = sequenceLength(bytes, at: place)
                guard length > 0 else { return place }
                place += length
            }
            return nil
        }
    }

    /// How many bytes the character at `place` has; 0 where it is none.
    ///
    /// Source: The Unicode Standard 15.0, table 3-7, "Well-formed UTF-8 byte sequences".
    private static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Int {
        let first = bytes[place]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0...0x7F: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return 0
        }
        guard place + length <= bytes.count, second ~= bytes[place + 1] else { return 0 }
        for next in place + 2..<max(place + 2, place + length) where !(0x80...0xBF ~= bytes[next]) { return 0 }
        return length
    }

    /// The line of a byte, from 1; lines end with LF, CR LF or CR.
    private static func line(of place: Int, in bytes: [UInt8]) -> Int {
        var line = 1
        for index in 0..<place {
            let byte = bytes[index]
            if byte == 0x0A || byte == 0x0D && bytes[index + 1] != 0x0A { line += 1 }
        }
        return line
    }
}

private func hexadecimal(_ byte: UInt8) -> String {
    "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}
