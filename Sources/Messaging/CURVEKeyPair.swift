internal import CZMQ

/// A key pair of Curve25519: whoever has the secret half is who the public half names.
///
/// Source: ZeroMQ RFC 26 (CurveZMQ).
package struct CURVEKeyPair: Sendable, CustomStringConvertible {
    package let publicKey: CURVEPublicKey
    /// 40 characters of Z85.
    let secretKey: String

    /// A new pair, from the system's random numbers.
    ///
    /// - Throws: ``ZMQError`` where the library was built without CURVE.
    package static func generate() throws(ZMQError) -> CURVEKeyPair {
        var publicText = [CChar](repeating: 0, count: CURVEPublicKey.length + 1)
        var secretText = publicText
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else { throw .last("make a key pair") }
        guard let pair = CURVEKeyPair(publicKey: text(publicText), secretKey: text(secretText)) else {
            throw .last("make a key pair")
        }
        return pair
    }

    /// Nil where one of them is no key, or they are not each other's halves.
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

    /// The public half alone: the secret one must not come into a log by accident.
    package var description: String { "the pair of \(publicKey)" }
}
