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
