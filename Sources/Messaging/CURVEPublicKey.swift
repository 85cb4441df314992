internal import CZMQ

/// The public half of a key pair, which names its owner: 32 bytes, written as 40 characters of Z85.
///
/// Source: ZeroMQ RFC 26 (CurveZMQ) and 32 (Z85).
package struct CURVEPublicKey: Hashable, Sendable, CustomStringConvertible {
    /// Characters in a key's text.
    package static let length = 40

    /// The text's bytes, eight to a word, the last three words being 0: keys are compared without an allocation.
    private let words: SIMD8<UInt64>

    /// Reads a key; nil where the text is not 40 characters of Z85.
    package init?(_ text: some StringProtocol) {
        self.init(bytes: Array(text.utf8))
    }

    init?(bytes: [UInt8]) {
        guard bytes.count == Self.length, !bytes.contains(0) else { return nil }
        var decoded = [UInt8](repeating: 0, count: 32)
        let isZ85 = (bytes + [0]).withUnsafeBytes { text in
            zmq_z85_decode(&decoded, text.baseAddress!.assumingMemoryBound(to: CChar.self)) != nil
        }
        guard isZ85 else { return nil }
        words = bytes.withUnsafeBytes { Self.words($0) }
    }

    /// What ``ZAPHandler`` gave a message as its User-Id, which is a key's text: nil where it has another length.
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
        for index in 0..<length / 8 {
            words[index] = text.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
        }
        return words
    }

    /// The 40 characters.
    package var description: String {
        withUnsafeBytes(of: words) { String(decoding: $0.prefix(Self.length), as: UTF8.self) }
    }
}
