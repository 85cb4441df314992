/// Reads JSON in one pass, and says where each value stands.
struct JSONParser {
    private(set) var nodes: [JSONDocument.Node] = []
    private var offset = 0

    mutating func readAll(_ array: [UInt8]) throws(JSONError) {
        nodes.reserveCapacity(min(64, array.count / 4 + 1))
        let isASCII = array.allSatisfy { $0 < 0x80 }
        // Checked as a whole: between quotes and escapes, whole characters are left.
        guard isASCII || String(validating: array, as: UTF8.self) != nil else {
            throw JSONError("not UTF-8", at: JSONParser.firstInvalidByte(array))
        }
        let bytes = array.span
        skipSpaces(bytes)
        try readValue(bytes, depth: 0)
        skipSpaces(bytes)
        guard offset == bytes.count else { throw JSONError("something follows the value", at: offset) }
    }

    private mutating func readValue(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) {
        guard offset < bytes.count else { throw JSONError("a value is missing", at: offset) }
        switch bytes[offset] {
        case UInt8(ascii: "\""): try readText(bytes)
        case UInt8(ascii: "{"): try readObject(bytes, depth: depth + 1)
        case UInt8(ascii: "["): try readArray(bytes, depth: depth + 1)
        case UInt8(ascii: "t"): try readWord("true", .bool, bytes)
        case UInt8(ascii: "f"): try readWord("false", .bool, bytes)
        case UInt8(ascii: "n"): try readWord("null", .null, bytes)
        default: try readNumber(bytes)
        }
    }

    // MARK: Containers

    private mutating func readObject(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) {
        let node = try begin(.object, depth: depth)
        var count: UInt32 = 0
        skipSpaces(bytes)
        if take(UInt8(ascii: "}"), bytes) { return finish(node, count: 0) }
        repeat {
            skipSpaces(bytes)
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
                throw JSONError("a member's name is missing", at: offset)
            }
            try readText(bytes)
            skipSpaces(bytes)
            guard take(UInt8(ascii: ":"), bytes) else { throw JSONError("a ':' is missing", at: offset) }
            skipSpaces(bytes)
            try readValue(bytes, depth: depth)
            skipSpaces(bytes)
            count += 1
        } while take(UInt8(ascii: ","), bytes)
        guard take(UInt8(ascii: "}"), bytes) else { throw JSONError("a ',' or '}' is missing", at: offset) }
        finish(node, count: count)
        try refuseRepeatedNames(node, bytes)
    }

    private mutating func readArray(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) {
        let node = try begin(.array, depth: depth)
        var count: UInt32 = 0
        skipSpaces(bytes)
        if take(UInt8(ascii: "]"), bytes) { return finish(node, count: 0) }
        repeat {
            skipSpaces(bytes)
            try readValue(bytes, depth: depth)
            skipSpaces(bytes)
            count += 1
        } while take(UInt8(ascii: ","), bytes)
        guard take(UInt8(ascii: "]"), bytes) else { throw JSONError("a ',' or ']' is missing", at: offset) }
        finish(node, count: count)
    }

    private mutating func begin(_ kind: JSONDocument.Node.Kind, depth: Int) throws(JSONError) -> Int {
        guard depth <= JSONDocument.deepest else {
            throw JSONError("nested deeper than \(JSONDocument.deepest)", at: offset)
        }
        append(kind, offset..<offset)
        offset += 1
        return nodes.count - 1
    }

    private mutating func finish(_ node: Int, count: UInt32) {
        nodes[node].end = UInt32(offset)
        nodes[node].next = UInt32(nodes.count)
        nodes[node].count = count
    }

    /// Which of two members counts is not agreed among readers of JSON, so that none may be sent.
    private func refuseRepeatedNames(_ object: Int, _ bytes: Span<UInt8>) throws(JSONError) {
        let count = Int(nodes[object].count)
        guard count > 1 else { return }
        // Names in rising order, as they are written here, are told apart at once.
        var isRising = true
        var previous = object + 1
        var index = Int(nodes[previous + 1].next)
        for _ in 1..<count where isRising {
            isRising =
                nodes[index].kind == .text && nodes[previous].kind == .text
                && JSONParser.precedes(nodes[previous], nodes[index], bytes)
            previous = index
            index = Int(nodes[index + 1].next)
        }
        guard !isRising else { return }
        var names: Set<String> = []
        index = object + 1
        for _ in 0..<count {
            guard names.insert(JSONText.unescaped(nodes[index], bytes)).inserted else {
                throw JSONError("a second member of one name", at: Int(nodes[index].start))
            }
            index = Int(nodes[index + 1].next)
        }
    }

    private static func precedes(
        _ one: JSONDocument.Node, _ other: JSONDocument.Node, _ bytes: Span<UInt8>
    ) -> Bool {
        var (a, b) = (Int(one.start), Int(other.start))
        while a < one.end, b < other.end {
            if bytes[a] != bytes[b] { return bytes[a] < bytes[b] }
            a += 1
            b += 1
        }
        return a == one.end && b < other.end
    }

    // MARK: Scalars

    private mutating func readText(_ bytes: Span<UInt8>) throws(JSONError) {
        offset += 1
        let start = offset
        var kind = JSONDocument.Node.Kind.text
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                append(kind, start..<offset)
                offset += 1
                return
            case UInt8(ascii: "\\"):
                kind = .escapedText
                try skipEscape(bytes)
            case 0..<0x20:
                throw JSONError("a control character in a text", at: offset)
            default:
                offset += 1
            }
        }
        throw JSONError("a text has no end", at: start)
    }

    private mutating func skipEscape(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = offset
        guard let (_, end) = JSONText.escape(at: start, bytes) else {
            throw JSONError("an escape that is none, or half a surrogate pair", at: start)
        }
        offset = end
    }

    private mutating func readNumber(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = offset
        _ = take(UInt8(ascii: "-"), bytes)
        if !take(UInt8(ascii: "0"), bytes) { try skipDigits(bytes, from: start) }
        if take(UInt8(ascii: "."), bytes) { try skipDigits(bytes, from: start) }
        if take(UInt8(ascii: "e"), bytes) || take(UInt8(ascii: "E"), bytes) {
            if !take(UInt8(ascii: "+"), bytes) { _ = take(UInt8(ascii: "-"), bytes) }
            try skipDigits(bytes, from: start)
        }
        append(.number, start..<offset)
    }

    private mutating func skipDigits(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) {
        let first = offset
        while offset < bytes.count, bytes[offset] &- 0x30 < 10 { offset += 1 }
        guard offset > first else { throw JSONError("neither a value nor a number's digit", at: offset) }
    }

    private mutating func readWord(
        _ word: StaticString, _ kind: JSONDocument.Node.Kind, _ bytes: Span<UInt8>
    ) throws(JSONError) {
        let start = offset
        for index in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[index], bytes) else { throw JSONError("not '\(word)'", at: start) }
        }
        append(kind, start..<offset)
    }

    // MARK: Bytes

    private mutating func append(_ kind: JSONDocument.Node.Kind, _ range: Range<Int>) {
        nodes.append(
            .init(
                kind: kind, start: UInt32(range.lowerBound), end: UInt32(range.upperBound),
                next: UInt32(nodes.count + 1)))
    }

    private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpaces(_ bytes: Span<UInt8>) {
        while offset < bytes.count, bytes[offset] <= 0x20, JSONParser.isSpace(bytes[offset]) { offset += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private static func firstInvalidByte(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            offset += UTF8.width(scalar)
        }
        return offset
    }
}

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
