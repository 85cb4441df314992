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
