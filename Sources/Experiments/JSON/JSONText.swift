/// A text between quotes: the escapes of RFC 8259, section 7.
enum JSONText {
    static func unescaped(_ node: JSONDocument.Node, _ bytes: Span<UInt8>) -> String {
        let range = Int(node.start)..<Int(node.end)
        guard node.kind == .escapedText else {
            return bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        }
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var (start, offset) = (range.lowerBound, range.lowerBound)
        func take(_ run: Range<Int>) {
            bytes.extracting(run).withUnsafeBufferPointer { text.append(contentsOf: $0) }
        }
        while offset < range.upperBound {
            guard bytes[offset] == UInt8(ascii: "\\"), let (scalar, end) = escape(at: offset, bytes) else {
                offset += 1
                continue
            }
            take(start..<offset)
            text += UTF8.encode(scalar)!
            (start, offset) = (end, end)
        }
        take(start..<range.upperBound)
        return String(decoding: text, as: UTF8.self)
    }

    /// The character that the escape at `offset` stands for, and where the escape ends; nil where it is none, or one
    /// half of a surrogate pair.
    static func escape(at offset: Int, _ bytes: Span<UInt8>) -> (Unicode.Scalar, end: Int)? {
        guard offset + 1 < bytes.count else { return nil }
        switch bytes[offset + 1] {
        case UInt8(ascii: "\""): return ("\"", offset + 2)
        case UInt8(ascii: "\\"): return ("\\", offset + 2)
        case UInt8(ascii: "/"): return ("/", offset + 2)
        case UInt8(ascii: "b"): return ("\u{8}", offset + 2)
        case UInt8(ascii: "f"): return ("\u{C}", offset + 2)
        case UInt8(ascii: "n"): return ("\n", offset + 2)
        case UInt8(ascii: "r"): return ("\r", offset + 2)
        case UInt8(ascii: "t"): return ("\t", offset + 2)
        case UInt8(ascii: "u"): break
        default: return nil
        }
        guard let unit = hexadecimal(at: offset + 2, bytes) else { return nil }
        if let scalar = Unicode.Scalar(unit) { return (scalar, offset + 6) }
        guard 0xD800..<0xDC00 ~= unit, offset + 7 < bytes.count, bytes[offset + 6] == UInt8(ascii: "\\"),
            bytes[offset + 7] == UInt8(ascii: "u"), let low = hexadecimal(at: offset + 8, bytes),
            0xDC00..<0xE000 ~= low
        else { return nil }
        return (Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))!, offset + 12)
    }

    private static func hexadecimal(at offset: Int, _ bytes: Span<UInt8>) -> UInt32? {
        guard offset + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for index in offset..<offset + 4 {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue, bytes[index] < 0x80 else {
                return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
