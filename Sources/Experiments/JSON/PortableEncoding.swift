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
