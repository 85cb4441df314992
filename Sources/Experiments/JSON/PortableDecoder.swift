/// Decodes any `Decodable` value from a JSON text that was read.
final class PortableDecoder: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ value: JSONValue, codingPath: [any CodingKey]) {
        self.value = value
        self.codingPath = codingPath
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard value.node.kind == .object else { throw mismatch([String: Any].self) }
        return KeyedDecodingContainer(PortableKeyedDecoding(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = value.elements else { throw mismatch([Any].self) }
        return PortableUnkeyedDecoding(decoder: self, elements: elements)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    /// One value, without a decoder of its own where there is nothing inside it.
    func decode<Value: Decodable>(_ type: Value.Type, _ value: JSONValue, _ key: (any CodingKey)?) throws -> Value {
        // The elements of arrays come here, also where they are plain.
        if type == String.self { return try unwrap(value.text, String.self, value, key) as! Value }
        if type == Int.self { return try unwrap(value.integer(), Int.self, value, key) as! Value }
        if type == Double.self { return try unwrap(value.double, Double.self, value, key) as! Value }
        if type == [String: Double].self {
            return try unwrap(value.numbers, [String: Double].self, value, key) as! Value
        }
        return try Value(from: PortableDecoder(value, codingPath: key.map { codingPath + [$0] } ?? codingPath))
    }

    func unwrap<Value>(_ result: Value?, _ type: Value.Type, _ value: JSONValue, _ key: (any CodingKey)?) throws
        -> Value
    {
        if let result { return result }
        let decoder = PortableDecoder(value, codingPath: key.map { codingPath + [$0] } ?? codingPath)
        throw decoder.mismatch(type)
    }

    func mismatch(_ type: Any.Type) -> DecodingError {
        let found =
            switch value.node.kind {
            case .null: "null"
            case .bool: "a truth value"
            case .number: "a number"
            case .text, .escapedText: "a text"
            case .object: "an object"
            case .array: "an array"
            }
        let description = "\(found) at byte \(value.node.start) cannot be read as \(type)"
        return .typeMismatch(type, .init(codingPath: codingPath, debugDescription: description))
    }
}

extension PortableDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try unwrap(value.bool, type, value, nil) }
    func decode(_ type: String.Type) throws -> String { try unwrap(value.text, type, value, nil) }
    func decode(_ type: Double.Type) throws -> Double { try unwrap(value.double, type, value, nil) }
    func decode(_ type: Float.Type) throws -> Float { try unwrap(value.float, type, value, nil) }
    func decode(_ type: Int.Type) throws -> Int { try unwrap(value.integer(), type, value, nil) }
    func decode(_ type: Int8.Type) throws -> Int8 { try unwrap(value.integer(), type, value, nil) }
    func decode(_ type: Int16.Type) throws -> Int16 { try unwrap(value.integer(), type, value, nil) }
    func decode(_ type: Int32.Type) throws -> Int32 { try unwrap(value.integer(), type, value, nil) }
    func decode(_ type: Int64.Type) throws -> Int64 { try unwrap(value.integer(), type, value, nil) }
    func decode(_ type: UInt.Type) throws -> UInt { try unwrap(value.integer(), type, value, nil) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try unwrap(value.integer(), type, value, nil) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try unwrap(value.integer(), type, value, nil) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try unwrap(value.integer(), type, value, nil) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try unwrap(value.integer(), type, value, nil) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decode(type, value, nil) }
}

extension JSONValue {
    /// As ``double``, and in the range of a Float.
    var float: Float? {
        guard let double else { return nil }
        let float = Float(double)
        return float.isInfinite && double.isFinite ? nil : float
    }
}
