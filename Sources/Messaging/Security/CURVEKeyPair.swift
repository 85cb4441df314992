import CZMQ

/// A Curve25519 key pair; the holder of the secret half is identified by the public half.
///
/// Source: ZeroMQ RFC 26 (CurveZMQ).
package struct CURVEKeyPair: Sendable, CustomStringConvertible {
    package let publicKey: CURVEPublicKey
    /// 40 characters of Z85.
    let secretKey: String

    /// A new pair, from the system's random numbers.
    ///
    /// - Throws: ``ZMQError`` if the library was built without CURVE.
    package static func generate() throws(ZMQError) -> CURVEKeyPair {
        var publicText = [CChar](repeating: 0, count: CURVEPublicKey.length + 1)
        var secretText = publicText
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else { throw .last("make a key pair") }
        guard let pair = CURVEKeyPair(publicKey: text(publicText), secretKey: text(secretText)) else {
            throw .last("make a key pair")
        }
        return pair
    }

    /// Nil if either text is not a key, or if the two are not a pair.
    package init?(publicKey: String, secretKey: String) {
        guard let publicKey = CURVEPublicKey(publicKey), CURVEPublicKey(secretKey) != nil else { return nil }
        var derived = [CChar](repeating: 0, count: CURVEPublicKey.length + 1)
        guard zmq_curve_public(&derived, secretKey) == 0, Self.text(derived) == publicKey.description else {
            return nil
        }
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix(CURVEPublicKey.length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The public half alone, so that the secret one cannot reach a log by accident.
    package var description: String { "the pair of \(publicKey)" }
}

/// The public half of a key pair, which names its owner: 32 bytes, written as 40 characters of Z85.
///
/// Source: ZeroMQ RFC 26 (CurveZMQ) and 32 (Z85).
package struct CURVEPublicKey: Hashable, Sendable, CustomStringConvertible {
    /// Characters in a key's text.
    package static let length = 40

    /// The text's bytes, eight to a word, and three words of 0: keys are compared without an allocation.
    private let words: SIMD8<UInt64>

    /// Reads a key; nil if the text is not 40 characters of Z85.
    package init?(_ text: some StringProtocol) { self.init(bytes: Array(text.utf8)) }

    init?(bytes: [UInt8]) {
        guard bytes.count == Self.length, !bytes.contains(0) else { return nil }
        var decoded = [UInt8](repeating: 0, count: 32)
        let isZ85 = (bytes + [0]).withUnsafeBytes { text in
            zmq_z85_decode(&decoded, text.baseAddress!.assumingMemoryBound(to: CChar.self)) != nil
        }
        guard isZ85 else { return nil }
        words = bytes.withUnsafeBytes { Self.words($0) }
    }

    /// The User-Id that ``ZAPHandler`` gave a message, which is a key's text; nil if it has another length.
    init?(userID: UnsafePointer<CChar>) {
        var length = 0
        while length <= Self.length, userID[length] != 0 {
            length += 1
        }
        guard length == Self.length else { return nil }
        words = Self.words(UnsafeRawBufferPointer(start: userID, count: length))
    }

    private static func words(_ text: UnsafeRawBufferPointer) -> SIMD8<UInt64> {
        var words = SIMD8<UInt64>.zero
        for index in 0..<length / 8 { words[index] = text.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) }
        return words
    }

    /// The 40 characters.
    package var description: String {
        withUnsafeBytes(of: words) { String(decoding: $0.prefix(Self.length), as: UTF8.self) }
    }
}
