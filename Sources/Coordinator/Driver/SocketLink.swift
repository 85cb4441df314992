import Messaging
import Wire

/// The ROUTER socket.
struct SocketLink: CoordinatorLink {
    let socket: Socket

    func send(_ message: CoordinatorMessage, bytes: [UInt8], to peer: PeerID) {
        guard let frames = try? Envelope(message, bytes: bytes).frames() else { return }
        _ = try? socket.send([peer] + frames)
    }
}
