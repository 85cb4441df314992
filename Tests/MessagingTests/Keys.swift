import Messaging
import Synchronization

/// The key pairs of a test, and who of them is let in, which it may change.
final class Keys: Sendable {
    let server: CURVEKeyPair
    let client: CURVEKeyPair
    let stranger: CURVEKeyPair
    private let admitted: Mutex<Set<CURVEPublicKey>>

    init() throws {
        server = try .generate()
        client = try .generate()
        stranger = try .generate()
        admitted = Mutex([client.publicKey])
    }

    func admits(_ key: CURVEPublicKey) -> Bool {
        admitted.withLock { $0.contains(key) }
    }

    func set(_ keys: Set<CURVEPublicKey>) {
        admitted.withLock { $0 = keys }
    }

    var serverOptions: SocketOptions {
        var options = SocketOptions()
        options.security = .server(server)
        return options
    }

    func options(_ client: CURVEKeyPair, server: CURVEPublicKey? = nil) -> SocketOptions {
        var options = SocketOptions()
        options.security = .client(client, server: server ?? self.server.publicKey)
        return options
    }
}
