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
