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
