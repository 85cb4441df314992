import CPosix
import CZMQ

/// Reports the connections and handshakes of one socket. It is used in the socket's thread, and must be drained often.
package final class SocketMonitor {
    package enum Event: Hashable, Sendable {
        /// A peer has connected, and is not authenticated yet.
        case accepted(fileDescriptor: Int32)
        case disconnected(fileDescriptor: Int32)
        /// The handshake succeeded.
        case connected
        /// The peer refused this side, with ZAP's status code (400: it does not know the key).
        case notAuthorized(code: Int)
        /// The security mechanisms differ: one side has keys and the other has none.
        case otherMechanism
        /// The handshake broke off, or the bytes were not ZeroMQ's protocol; also if the peer does not hold the expected
        /// key.
        case failed(code: Int)
    }

    private let socket: Socket
    private let watched: Socket

    /// - Throws: ``ZMQError`` if the system gives no more descriptors.
    package init(_ watched: Socket) throws(ZMQError) {
        self.watched = watched
        // A full queue would block libzmq's own thread, so this one has no limit.
        var options = SocketOptions()
        options.receiveQueue = 0
        socket = try Socket(watched.context, .pair, options: options)
        let endpoint = "inproc://monitor-\(UInt(bitPattern: watched.handle))"
        guard zmq_socket_monitor(watched.handle, endpoint, winnow_monitored_events) == 0 else {
            throw .last("monitor a socket")
        }
        guard zmq_connect(socket.handle, endpoint) == 0 else { throw .last("monitor a socket") }
    }

    /// The next event; nil if there is none. To be called until it returns nil.
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
            (Int32($0.loadUnaligned(as: UInt16.self)), $0.loadUnaligned(fromByteOffset: 2, as: Int32.self))
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
        // Without a reader, libzmq would block at the next event.
        zmq_socket_monitor(watched.handle, nil, 0)
    }
}

/// A connection of libzmq's, identified by its file descriptor.
package struct ConnectionDescriptor: Hashable, Sendable {
    package let fileDescriptor: Int32

    package init(_ fileDescriptor: Int32) { self.fileDescriptor = fileDescriptor }

    /// The kernel's counts of a TCP connection, in bytes: received in all, and sent and acknowledged by the peer. Nil for
    /// a Unix socket, and after the connection's end.
    package var counts: (received: Int, confirmed: Int)? {
        var received: UInt64 = 0
        var confirmed: UInt64 = 0
        guard winnow_tcp_counts(fileDescriptor, &received, &confirmed) == 0 else { return nil }
        return (Int(clamping: received), Int(clamping: confirmed))
    }

    /// Whether the peer has acknowledged all bytes that were sent; true if that is not known.
    package var isDrained: Bool { winnow_tcp_unconfirmed(fileDescriptor) <= 0 }

    /// Ends the connection as a network failure would. libzmq has no call for it; it notices at once and forgets the
    /// peer. If the descriptor meanwhile belongs to another connection, that connection's peer reconnects.
    package func end() { winnow_end_connection(fileDescriptor) }
}
