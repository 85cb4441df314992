internal import Crypto

/// The SHA-256 of bytes that come in pieces, in lower-case hexadecimal.
///
/// Source: FIPS 180-4.
package struct SHA256Digest {
    private var hash = SHA256()

    package init() {}

    /// The digest of `bytes`.
    package static func hexadecimal(of bytes: [UInt8]) -> String {
        var digest = SHA256Digest()
        digest.update(bytes)
        return digest.hexadecimal
    }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    /// The digest of all bytes so far.
    package var hexadecimal: String {
        hash.finalize().reduce(into: "") { text, byte in
            text += byte < 16 ? "0" : ""
            text += String(byte, radix: 16)
        }
    }
}
