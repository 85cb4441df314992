import Wire

/// The ROUTER socket.
struct SocketLink: CoordinatorLink {
    let listener: CoordinatorListener

    func send(_ message: CoordinatorMessage, bytes: [UInt8], to peer: PeerID) {
        listener.send(message, bytes: bytes, to: peer)
    }
}
