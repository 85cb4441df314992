internal import CZMQ

/// What happens to the connections of one socket; it belongs to the socket's thread, and is emptied there often.
package final class SocketMonitor {
    package enum Event: Hashable, Sendable {
        /// A peer has connected; nothing is known of it yet.
        case accepted(fileDescriptor: Int32)
        case disconnected(fileDescriptor: Int32)
        /// Both sides know each other.
        case connected
        /// The other side does not let this one in, with ZAP's status code (400: it does not know the key).
        case notAuthorized(code: Int)
        /// The other side speaks of security otherwise: one has keys and the other has none.
        case otherMechanism
        /// The handshake broke off, or what came was not ZeroMQ's protocol: among others where the peer does not have
        /// the key that it is thought to have.
        case failed(code: Int)
    }

    private let socket: Socket
    private let watched: Socket

    /// - Throws: ``ZMQError`` where the system gives no more descriptors.
    package init(_ watched: Socket) throws(ZMQError) {
        self.watched = watched
        // libzmq's own thread waits where a monitor's queue is full, so this one never is.
        var options = SocketOptions()
        options.receiveQueue = 0
        socket = try Socket(watched.context, .pair, options: options)
        let endpoint = "inproc://monitor-\(UInt(bitPattern: watched.handle))"
        guard zmq_socket_monitor(watched.handle, endpoint, winnow_monitored_events) == 0 else {
            throw .last("monitor a socket")
        }
        guard zmq_connect(socket.handle, endpoint) == 0 else { throw .last("monitor a socket") }
    }

    /// The next thing that has happened, or nil; to be called until then.
    package func next() throws(ZMQError) -> Event? {
        while let frames = try socket.receive() {
            if let event = Self.event(frames[0]) { return event }
        }
        return nil
    }

    /// 16 bits of event and 32 of value, in the machine's order (zmq_socket_monitor(3)).
    private static func event(_ frame: [UInt8]) -> Event? {
        guard frame.count >= 6 else { return nil }
        let (kind, value) = frame.withUnsafeBytes {
            (
                Int32($0.loadUnaligned(as: UInt16.self)), $0.loadUnaligned(fromByteOffset: 2, as: Int32.self)
            )
        }
        return switch kind {
        case ZMQ_EVENT_ACCEPTED: .accepted(fileDescriptor: value)
        case ZMQ_EVENT_DISCONNECTED: .disconnected(fileDescriptor: value)
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: .connected
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: .notAuthorized(code: Int(value))
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL where value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH:
            .otherMechanism
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: .failed(code: Int(value))
        default: nil
        }
    }

    deinit {
        // Without a reader libzmq would wait for one at the next event.
        zmq_socket_monitor(watched.handle, nil, 0)
    }
}
