internal import CCrypto

/// The SHA-256 of bytes that come in pieces, in lower-case hexadecimal (libcrypto's, which uses the CPU's own
/// instructions for it).
///
/// Source: FIPS 180-4.
package final class SHA256Digest {
    private let context: OpaquePointer

    package init() {
        context = EVP_MD_CTX_new()
        precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto has no SHA-256")
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// The digest of `bytes`.
    package static func hexadecimal(of bytes: [UInt8]) -> String {
        let digest = SHA256Digest()
        digest.update(bytes)
        return digest.finish()
    }

    package func update(_ bytes: [UInt8]) { update(bytes[...]) }

    package func update(_ bytes: ArraySlice<UInt8>) {
        let code = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(code == 1, "libcrypto refuses bytes to hash")
    }

    /// The digest of all bytes; nothing can be added afterwards.
    package func finish() -> String {
        var hash = [UInt8](repeating: 0, count: 32)
        precondition(EVP_DigestFinal_ex(context, &hash, nil) == 1, "libcrypto cannot finish a hash")
        return hash.reduce(into: "") { text, byte in
            text += byte < 16 ? "0" : ""
            text += String(byte, radix: 16)
        }
    }
}
