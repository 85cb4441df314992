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
