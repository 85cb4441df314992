internal import CZMQ

/// Keys, and what is known of a message's sender.
extension Socket {
    func apply(_ security: SocketOptions.Security) throws(ZMQError) {
        switch security {
        case .none: break
        case .server(let keys):
            try set(ZMQ_CURVE_SERVER, 1)
            try set(ZMQ_CURVE_SECRETKEY, text: keys.secretKey)
            try set(ZMQ_ZAP_DOMAIN, text: ZAPDesk.domain)
            // Without it a handshake that no handler answers for succeeds: CURVE alone lets every key in.
            try set(winnow_zap_enforce_domain, 1)
        case .client(let keys, let server):
            try set(ZMQ_CURVE_SERVERKEY, text: server.description)
            try set(ZMQ_CURVE_PUBLICKEY, text: keys.publicKey.description)
            try set(ZMQ_CURVE_SECRETKEY, text: keys.secretKey)
        }
    }

    private func set(_ option: Int32, text: String) throws(ZMQError) {
        guard zmq_setsockopt(handle, option, text, text.utf8.count) == 0 else {
            throw .last("set option \(option) of a socket")
        }
    }

    /// The key that the newest received message came with; nil on a socket without ``SocketOptions/Security/server(_:)``.
    ///
    /// Read from the message's last frame: libzmq 4.3.4 can lose it on a router's first. Costs nothing until asked for.
    package var sender: CURVEPublicKey? {
        zmq_msg_gets(part, "User-Id").flatMap { CURVEPublicKey(userID: $0) }
    }

    /// The descriptor of the connection that the newest received message came on; nil where none is known. It is
    /// libzmq's own: to be asked about, never to be read, written or closed.
    package var connection: ConnectionDescriptor? {
        let descriptor = zmq_msg_get(part, ZMQ_SRCFD)
        return descriptor >= 0 ? ConnectionDescriptor(descriptor) : nil
    }
}
