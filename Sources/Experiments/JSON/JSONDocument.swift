/// A JSON text that was read as a whole and found right: its values in the order in which they begin.
///
/// Nothing is copied but where things stand, so that reading costs one pass and one array.
package final class JSONDocument {
    /// A value, or the name of an object's member, which stands before the member's value.
    struct Node {
        enum Kind: UInt8 {
            case null, bool, number, object, array
            /// Text that stands there as it is.
            case text
            /// Text with escapes in it.
            case escapedText
        }

        var kind: Kind
        /// Of a text without its quotes.
        var start: UInt32
        var end: UInt32
        /// The node after this one and all that it contains.
        var next: UInt32
        /// Members or elements.
        var count: UInt32 = 0
    }

    let bytes: [UInt8]
    let nodes: [Node]

    /// How deep objects and arrays may lie within one another.
    static let deepest = 64
    /// Bytes; offsets are kept in 32 bits.
    static let longest = Int(Int32.max)

    /// - Throws: ``JSONError`` where the bytes are not one JSON value (RFC 8259) in UTF-8 with nothing after it, where
    ///   an object has two members of one name, or where it is nested deeper than 64.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        guard bytes.count <= JSONDocument.longest else { throw JSONError("longer than 2 GiB", at: 0) }
        self.bytes = bytes
        var parser = JSONParser()
        try parser.readAll(bytes)
        nodes = parser.nodes
    }

    /// What the text at a node says.
    func text(at index: Int) -> String {
        let bytes = bytes
        return JSONText.unescaped(nodes[index], bytes.span)
    }

    /// As ``text(at:)``, for one that is likely to come again and again.
    func name(at index: Int) -> String {
        let (node, bytes) = (nodes[index], bytes)
        guard node.kind == .text else { return text(at: index) }
        return NameTable.name(bytes.span.extracting(Int(node.start)..<Int(node.end)))
    }

    package var root: JSONValue { JSONValue(document: self, index: 0) }
}

/// Bytes that are no JSON, or not in the spelling that ``PortableJSON`` reads.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    package let reason: String
    /// Of the byte at which reading stopped.
    package let offset: Int

    init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "\(reason), at byte \(offset)" }
}

/// One value of a JSON text.
package struct JSONValue {
    let document: JSONDocument
    let index: Int

    var node: JSONDocument.Node { document.nodes[index] }

    private var range: Range<Int> { Int(node.start)..<Int(node.end) }

    package var isNull: Bool { node.kind == .null }

    /// The member of this name; nil where there is none, or this is no object.
    package func member(_ name: String) -> JSONValue? {
        guard node.kind == .object else { return nil }
        var index = index + 1
        for _ in 0..<node.count {
            if JSONValue(document: document, index: index).isText(name) {
                return JSONValue(document: document, index: index + 1)
            }
            index = Int(document.nodes[index + 1].next)
        }
        return nil
    }

    /// As ``member(_:)``, for a name in the program's text.
    package subscript(name: StaticString) -> JSONValue? {
        let (nodes, bytes) = (document.nodes, document.bytes)
        guard nodes[index].kind == .object else { return nil }
        var index = index + 1
        for _ in 0..<nodes[self.index].count {
            let node = nodes[index]
            if node.kind == .text, Int(node.end - node.start) == name.utf8CodeUnitCount,
                (0..<name.utf8CodeUnitCount).allSatisfy({ bytes[Int(node.start) + $0] == name.utf8Start[$0] })
            {
                return JSONValue(document: document, index: index + 1)
            }
            index = Int(nodes[index + 1].next)
        }
        // A name may be spelt with escapes.
        return member("\(name)")
    }

    /// An object of numbers; nil where it is none, or has anything else in it.
    package var numbers: [String: Double]? {
        guard node.kind == .object else { return nil }
        let count = Int(node.count)
        var numbers = [String: Double](minimumCapacity: count)
        var index = index + 1
        for _ in 0..<count {
            guard let number = JSONValue(document: document, index: index + 1).double else { return nil }
            numbers[document.name(at: index)] = number
            index = Int(document.nodes[index + 1].next)
        }
        return numbers
    }

    /// The names and values of an object's members, in the order of the text; nil where this is no object.
    package var members: [(name: String, value: JSONValue)]? {
        guard node.kind == .object else { return nil }
        var members: [(name: String, value: JSONValue)] = []
        members.reserveCapacity(Int(node.count))
        var index = index + 1
        for _ in 0..<node.count {
            members.append(
                (
                    document.text(at: index),
                    JSONValue(document: document, index: index + 1)
                ))
            index = Int(document.nodes[index + 1].next)
        }
        return members
    }

    /// An array's elements; nil where this is none.
    package var elements: [JSONValue]? {
        guard node.kind == .array else { return nil }
        var elements: [JSONValue] = []
        elements.reserveCapacity(Int(node.count))
        var index = index + 1
        for _ in 0..<node.count {
            elements.append(JSONValue(document: document, index: index))
            index = Int(document.nodes[index].next)
        }
        return elements
    }

    package var text: String? {
        guard node.kind == .text || node.kind == .escapedText else { return nil }
        return document.text(at: index)
    }

    package var bool: Bool? {
        node.kind == .bool ? document.bytes[Int(node.start)] == UInt8(ascii: "t") : nil
    }

    /// Nil where this is no whole number, or it does not fit.
    package func integer<Value: FixedWidthInteger>(as type: Value.Type = Value.self) -> Value? {
        guard node.kind == .number else { return nil }
        let bytes = document.bytes
        return JSONNumber.integer(bytes.span.extracting(range), as: type)
    }

    /// Nil where this is no number, also none of those that are spelt "nan", "inf" and "-inf", or it is too large.
    package var double: Double? {
        switch node.kind {
        case .number:
            let bytes = document.bytes
            return JSONNumber.double(bytes.span.extracting(range))
        case .text where isText("nan"): return .nan
        case .text where isText("inf"): return .infinity
        case .text where isText("-inf"): return -.infinity
        default: return nil
        }
    }

    /// Whether this is a text, and the given one.
    package func isText(_ expected: String) -> Bool {
        switch node.kind {
        case .text:
            let count = Int(node.end - node.start)
            guard count == expected.utf8.count else { return false }
            var offset = Int(node.start)
            for byte in expected.utf8 {
                guard document.bytes[offset] == byte else { return false }
                offset += 1
            }
            return true
        case .escapedText:
            return text == expected
        default:
            return false
        }
    }
}
