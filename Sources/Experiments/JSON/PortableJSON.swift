/// The one JSON spelling of the journal and of the wire (RFC 8259): keys sorted, and the numbers that JSON cannot
/// hold as the strings "nan", "inf" and "-inf". A Double survives the round trip bit for bit, NaN's payload apart.
///
/// It is read strictly: nothing may follow the value, no object has two members of one name, nothing is nested deeper
/// than 64, text is UTF-8 without lone surrogates, and a number that does not fit is refused.
package enum PortableJSON {
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        var writer = JSONWriter()
        try PortableEncoder(codingPath: []).encode(value, nil).write(to: &writer)
        return writer.bytes
    }

    package static func encode(_ value: some PortableShortcut) throws -> [UInt8] {
        var writer = JSONWriter()
        if !value.write(to: &writer) {
            try PortableEncoder(codingPath: []).encode(value, nil).write(to: &writer)
        }
        return writer.bytes
    }

    /// - Throws: ``JSONError`` where the bytes are no JSON, `DecodingError` where they are another value.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let root = try JSONDocument(bytes).root
        return try PortableDecoder(root, codingPath: []).decode(type, root, nil)
    }

    /// - Throws: as for any other type.
    package static func decode<Value: PortableShortcut>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let root = try JSONDocument(bytes).root
        return try Value.read(root) ?? PortableDecoder(root, codingPath: []).decode(type, root, nil)
    }
}

/// A type of which some values are read and written so often that they go around the containers of `Codable`.
///
/// The spelling is the same both ways; a test compares them.
package protocol PortableShortcut: Codable {
    /// - Returns: nil where this value is none of those, and `Codable` shall read it.
    static func read(_ value: JSONValue) -> Self?

    /// - Returns: false, with nothing written, where `Codable` shall write it.
    func write(to writer: inout JSONWriter) -> Bool
}

/// Encodes any `Encodable` value as a tree that is then written as JSON.
final class PortableEncoder: Encoder {
    /// What was said so far; nil where it is nothing yet.
    var tree: JSONTree?
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// A value that says nothing is an empty object, as Foundation has it.
    var said: JSONTree { tree ?? .object(JSONTree.ObjectTree()) }

    init(codingPath: [any CodingKey]) {
        self.codingPath = codingPath
    }

    /// A second keyed container adds to the first, as a `kind` beside its body does.
    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        let object: JSONTree.ObjectTree
        if case .object(let known) = tree {
            object = known
        } else {
            object = JSONTree.ObjectTree()
            tree = .object(object)
        }
        return KeyedEncodingContainer(PortableKeyedEncoding(encoder: self, object: object))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        let array: JSONTree.ArrayTree
        if case .array(let known) = tree {
            array = known
        } else {
            array = JSONTree.ArrayTree()
            tree = .array(array)
        }
        return PortableUnkeyedEncoding(encoder: self, array: array)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encode<Value: Encodable>(_ value: Value, _ key: (any CodingKey)?) throws -> JSONTree {
        // The elements of arrays come here, also where they are plain.
        if Value.self == String.self { return .text(value as! String) }
        if Value.self == Int.self { return .int(value as! Int) }
        if Value.self == Double.self { return .double(value as! Double) }
        if Value.self == [String: Double].self { return .numbers(value as! [String: Double]) }
        let encoder = PortableEncoder(codingPath: key.map { codingPath + [$0] } ?? codingPath)
        try value.encode(to: encoder)
        return encoder.said
    }
}

extension PortableEncoder: SingleValueEncodingContainer {
    func encodeNil() { tree = .null }
    func encode(_ value: Bool) { tree = .bool(value) }
    func encode(_ value: String) { tree = .text(value) }
    func encode(_ value: Double) { tree = .double(value) }
    func encode(_ value: Float) { tree = .float(value) }
    func encode(_ value: Int) { tree = .int(value) }
    func encode(_ value: Int8) { tree = .int(Int(value)) }
    func encode(_ value: Int16) { tree = .int(Int(value)) }
    func encode(_ value: Int32) { tree = .int(Int(value)) }
    func encode(_ value: Int64) { tree = .int(Int(value)) }
    func encode(_ value: UInt) { tree = .uint(value) }
    func encode(_ value: UInt8) { tree = .uint(UInt(value)) }
    func encode(_ value: UInt16) { tree = .uint(UInt(value)) }
    func encode(_ value: UInt32) { tree = .uint(UInt(value)) }
    func encode(_ value: UInt64) { tree = .uint(UInt(value)) }
    func encode<Value: Encodable>(_ value: Value) throws { tree = try encode(value, nil) }
}

/// The members of an object, from `Encodable`.
struct PortableKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: PortableEncoder
    let object: JSONTree.ObjectTree

    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) { add(.null, key) }
    func encode(_ value: Bool, forKey key: Key) { add(.bool(value), key) }
    func encode(_ value: String, forKey key: Key) { add(.text(value), key) }
    func encode(_ value: Double, forKey key: Key) { add(.double(value), key) }
    func encode(_ value: Float, forKey key: Key) { add(.float(value), key) }
    func encode(_ value: Int, forKey key: Key) { add(.int(value), key) }
    func encode(_ value: Int8, forKey key: Key) { add(.int(Int(value)), key) }
    func encode(_ value: Int16, forKey key: Key) { add(.int(Int(value)), key) }
    func encode(_ value: Int32, forKey key: Key) { add(.int(Int(value)), key) }
    func encode(_ value: Int64, forKey key: Key) { add(.int(Int(value)), key) }
    func encode(_ value: UInt, forKey key: Key) { add(.uint(value), key) }
    func encode(_ value: UInt8, forKey key: Key) { add(.uint(UInt(value)), key) }
    func encode(_ value: UInt16, forKey key: Key) { add(.uint(UInt(value)), key) }
    func encode(_ value: UInt32, forKey key: Key) { add(.uint(UInt(value)), key) }
    func encode(_ value: UInt64, forKey key: Key) { add(.uint(UInt(value)), key) }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { add(try encoder.encode(value, key), key) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        let nested = PortableEncoder(codingPath: codingPath)
        object.members.append(("super", .later(nested)))
        return nested
    }

    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: Key) -> PortableEncoder {
        let nested = PortableEncoder(codingPath: codingPath + [key])
        add(.later(nested), key)
        return nested
    }

    private func add(_ tree: JSONTree, _ key: Key) {
        object.members.append((key.stringValue, tree))
    }
}

/// The elements of an array, from `Encodable`.
struct PortableUnkeyedEncoding: UnkeyedEncodingContainer {
    let encoder: PortableEncoder
    let array: JSONTree.ArrayTree

    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int { array.elements.count }

    func encodeNil() { add(.null) }
    func encode(_ value: Bool) { add(.bool(value)) }
    func encode(_ value: String) { add(.text(value)) }
    func encode(_ value: Double) { add(.double(value)) }
    func encode(_ value: Float) { add(.float(value)) }
    func encode(_ value: Int) { add(.int(value)) }
    func encode(_ value: Int8) { add(.int(Int(value))) }
    func encode(_ value: Int16) { add(.int(Int(value))) }
    func encode(_ value: Int32) { add(.int(Int(value))) }
    func encode(_ value: Int64) { add(.int(Int(value))) }
    func encode(_ value: UInt) { add(.uint(value)) }
    func encode(_ value: UInt8) { add(.uint(UInt(value))) }
    func encode(_ value: UInt16) { add(.uint(UInt(value))) }
    func encode(_ value: UInt32) { add(.uint(UInt(value))) }
    func encode(_ value: UInt64) { add(.uint(UInt(value))) }
    func encode<Value: Encodable>(_ value: Value) throws {
        add(try encoder.encode(value, PortableIndex(intValue: count)))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        nested().unkeyedContainer()
    }

    func superEncoder() -> any Encoder { nested() }

    private func nested() -> PortableEncoder {
        let nested = PortableEncoder(codingPath: codingPath + [PortableIndex(intValue: count)])
        add(.later(nested))
        return nested
    }

    private func add(_ tree: JSONTree) {
        array.elements.append(tree)
    }
}
