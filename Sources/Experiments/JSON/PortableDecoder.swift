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

/// The members of an object, for `Decodable`.
struct PortableKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: PortableDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { (decoder.value.members ?? []).compactMap { Key(stringValue: $0.name) } }

    func contains(_ key: Key) -> Bool { decoder.value.member(key.stringValue) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try value(key).isNull }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try read(type, key, \.bool) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try read(type, key, \.text) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try read(type, key, \.double) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try read(type, key, \.float) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try integer(key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try integer(key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try integer(key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try integer(key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try integer(key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try integer(key) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try integer(key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try integer(key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try integer(key) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try integer(key) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder.decode(type, value(key), key)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try nested(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try superDecoder(named: "super") }
    func superDecoder(forKey key: Key) throws -> any Decoder { try nested(key) }

    private func superDecoder(named name: String) throws -> any Decoder {
        guard let value = decoder.value.member(name) else { throw missing(name) }
        return PortableDecoder(value, codingPath: codingPath)
    }

    private func nested(_ key: Key) throws -> PortableDecoder {
        PortableDecoder(try value(key), codingPath: codingPath + [key])
    }

    private func value(_ key: Key) throws -> JSONValue {
        guard let value = decoder.value.member(key.stringValue) else { throw missing(key.stringValue, key) }
        return value
    }

    private func integer<Value: FixedWidthInteger>(_ key: Key) throws -> Value {
        let value = try value(key)
        return try decoder.unwrap(value.integer(), Value.self, value, key)
    }

    private func read<Value>(_ type: Value.Type, _ key: Key, _ read: (JSONValue) -> Value?) throws -> Value {
        let value = try value(key)
        return try decoder.unwrap(read(value), type, value, key)
    }

    private func missing(_ name: String, _ key: (any CodingKey)? = nil) -> DecodingError {
        let description = "the object at byte \(decoder.value.node.start) has no member '\(name)'"
        return .keyNotFound(
            key ?? PortableIndex(stringValue: name), .init(codingPath: codingPath, debugDescription: description))
    }
}

/// A place in a coding path that no type of keys names.
struct PortableIndex: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "Index \(intValue)"
        self.intValue = intValue
    }
}

/// The elements of an array, for `Decodable`.
struct PortableUnkeyedDecoding: UnkeyedDecodingContainer {
    let decoder: PortableDecoder
    let elements: [JSONValue]
    private(set) var currentIndex = 0

    init(decoder: PortableDecoder, elements: [JSONValue]) {
        self.decoder = decoder
        self.elements = elements
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    mutating func decodeNil() throws -> Bool {
        guard try peek().isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try read(type, \.bool) }
    mutating func decode(_ type: String.Type) throws -> String { try read(type, \.text) }
    mutating func decode(_ type: Double.Type) throws -> Double { try read(type, \.double) }
    mutating func decode(_ type: Float.Type) throws -> Float { try read(type, \.float) }
    mutating func decode(_ type: Int.Type) throws -> Int { try read(type) { $0.integer() } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try read(type) { $0.integer() } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try read(type) { $0.integer() } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try read(type) { $0.integer() } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try read(type) { $0.integer() } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try read(type) { $0.integer() } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try read(type) { $0.integer() } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try read(type) { $0.integer() } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try read(type) { $0.integer() } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try read(type) { $0.integer() } }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let result = try decoder.decode(type, peek(), PortableIndex(intValue: currentIndex))
        currentIndex += 1
        return result
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try nested().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try nested() }

    private mutating func nested() throws -> PortableDecoder {
        let value = try peek()
        currentIndex += 1
        return PortableDecoder(value, codingPath: codingPath + [PortableIndex(intValue: currentIndex - 1)])
    }

    private func peek() throws -> JSONValue {
        guard currentIndex < elements.count else {
            throw DecodingError.valueNotFound(
                Any.self,
                .init(codingPath: codingPath, debugDescription: "the array has only \(elements.count) elements"))
        }
        return elements[currentIndex]
    }

    private mutating func read<Value>(_ type: Value.Type, _ read: (JSONValue) -> Value?) throws -> Value {
        let value = try peek()
        let result = try decoder.unwrap(read(value), type, value, PortableIndex(intValue: currentIndex))
        currentIndex += 1
        return result
    }
}
