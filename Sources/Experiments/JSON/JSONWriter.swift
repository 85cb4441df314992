/// JSON as it is written: without spaces, texts escaped as little as RFC 8259 allows, a Double with the fewest digits
/// that read back as the same one.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// Syntax, or what is known to need no escape.
    package mutating func write(raw text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func write(_ value: Bool) { write(raw: value ? "true" : "false") }

    package mutating func write(_ value: Int) {
        if 0..<10 ~= value { return bytes.append(UInt8(ascii: "0") + UInt8(value)) }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        write(value.magnitude)
    }

    package mutating func write(_ value: UInt) {
        let start = bytes.count
        var rest = value
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(ascii: "0") + UInt8(digit))
            rest = quotient
        } while rest > 0
        bytes[start...].reverse()
    }

    /// As a whole number where it is one: 1, not 1.0. What JSON cannot hold is a text.
    package mutating func write(_ value: Double) {
        guard value.isFinite else { return write(raw: value.isNaN ? "\"nan\"" : value > 0 ? "\"inf\"" : "\"-inf\"") }
        if let whole = Int(exactly: value), -1 << 53 < whole, whole < 1 << 53, whole != 0 { return write(whole) }
        bytes.append(contentsOf: value.description.utf8)
        if bytes.suffix(2).elementsEqual(".0".utf8) { bytes.removeLast(2) }
    }

    package mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for (index, byte) in utf8.enumerated() where JSONWriter.needsEscape(byte) {
                bytes.append(contentsOf: utf8[start..<index])
                writeEscaped(byte)
                start = index + 1
            }
            bytes.append(contentsOf: utf8[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// An object of numbers, its names sorted.
    package mutating func write(_ numbers: [String: Double]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for (name, value) in numbers.sorted(by: { $0.key < $1.key }) {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(name)
            bytes.append(UInt8(ascii: ":"))
            write(value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func writeEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): write(raw: "\\\"")
        case UInt8(ascii: "\\"): write(raw: "\\\\")
        case 0x08: write(raw: "\\b")
        case 0x0C: write(raw: "\\f")
        case 0x0A: write(raw: "\\n")
        case 0x0D: write(raw: "\\r")
        case 0x09: write(raw: "\\t")
        default:
            write(raw: byte < 0x10 ? "\\u000" : "\\u001")
            bytes.append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "a") + byte & 15 - 10)
        }
    }
}

/// A value on its way into JSON: `Encodable` says its members in any order, and they are written sorted.
enum JSONTree {
    case null
    case bool(Bool)
    case int(Int)
    case uint(UInt)
    case double(Double)
    case float(Float)
    case text(String)
    case numbers([String: Double])
    case object(ObjectTree)
    case array(ArrayTree)
    /// What an encoder that was handed out will have been told by the time of writing.
    case later(PortableEncoder)

    final class ObjectTree {
        var members: [(name: String, value: JSONTree)] = []
    }

    final class ArrayTree {
        var elements: [JSONTree] = []
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.write(raw: "null")
        case .bool(let value): writer.write(value)
        case .int(let value): writer.write(value)
        case .uint(let value): writer.write(value)
        case .double(let value): writer.write(value)
        case .float(let value): writer.write(value)
        case .text(let value): writer.write(value)
        case .numbers(let values): writer.write(values)
        case .later(let encoder): encoder.said.write(to: &writer)
        case .array(let array):
            writer.write(raw: "[")
            for (index, element) in array.elements.enumerated() {
                if index > 0 { writer.write(raw: ",") }
                element.write(to: &writer)
            }
            writer.write(raw: "]")
        case .object(let object):
            writer.write(raw: "{")
            var isFirst = true
            for (name, value) in object.sortedMembers {
                if !isFirst { writer.write(raw: ",") }
                isFirst = false
                writer.write(name)
                writer.write(raw: ":")
                value.write(to: &writer)
            }
            writer.write(raw: "}")
        }
    }
}

extension JSONTree.ObjectTree {
    /// By name; of those with one name the one that was said last.
    fileprivate var sortedMembers: [(name: String, value: JSONTree)] {
        guard zip(members, members.dropFirst()).contains(where: { $0.name >= $1.name }) else { return members }
        var sorted: [(name: String, value: JSONTree)] = []
        sorted.reserveCapacity(members.count)
        // Stable, as `sort` is not promised to be.
        for index in members.indices.sorted(by: { (members[$0].name, $0) < (members[$1].name, $1) }) {
            if sorted.last?.name == members[index].name { sorted.removeLast() }
            sorted.append(members[index])
        }
        return sorted
    }
}

extension JSONWriter {
    /// As a Double is written, with the digits that a Float needs.
    fileprivate mutating func write(_ value: Float) {
        guard value.isFinite, let shortest = Double(value.description) else { return write(Double(value)) }
        write(shortest)
    }
}
