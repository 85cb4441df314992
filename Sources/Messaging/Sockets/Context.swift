import CZMQ
import Glibc

/// The library's network threads, which all sockets of a program share.
///
/// Every ``Socket`` keeps its context; the context ends when the last of them is gone. Not to be used after `fork`.
package final class Context: Sendable {
    // libzmq's contexts are safe to use from any thread (zmq_ctx_new(3)).
    nonisolated(unsafe) let handle: UnsafeMutableRawPointer

    /// - Throws: ``ZMQError`` if the system gives no more descriptors or threads.
    package init() throws(ZMQError) {
        guard let handle = zmq_ctx_new() else { throw .last("make a context") }
        self.handle = handle
    }

    /// Makes calls on this context's sockets throw ``ZMQError/terminated``: waiting calls at once, the others soon.
    ///
    /// It may be called from any thread, to stop the loops of other threads.
    package func shutdown() { zmq_ctx_shutdown(handle) }

    deinit {
        // Waits until lingering messages are sent or their time is over; a signal interrupts the call.
        while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {}
    }
}

/// A libzmq call that failed.
package enum ZMQError: Error, Hashable, CustomStringConvertible {
    /// Another program is bound to the endpoint (EADDRINUSE).
    case addressInUse(Endpoint)
    /// The context was shut down, so the loop that owns the socket must end (ETERM).
    case terminated
    /// A message of more frames than ``SocketOptions/mostFrames``, which was discarded. `first` is its first frame: on
    /// a router, the sender's name.
    case tooManyFrames(Int, limit: Int, first: [UInt8])
    /// Any other failure, with the code of `zmq_errno`.
    case failed(operation: String, endpoint: Endpoint?, code: Int32)

    /// The failure in `zmq_errno`; to be called directly after the call that failed.
    static func last(_ operation: String, endpoint: Endpoint? = nil) -> ZMQError {
        let code = zmq_errno()
        return switch (code, endpoint) {
        case (EADDRINUSE, let endpoint?): .addressInUse(endpoint)
        case (winnow_eterm, _): .terminated
        default: .failed(operation: operation, endpoint: endpoint, code: code)
        }
    }

    /// The code of `zmq_errno`: an `errno`, or one of libzmq's own.
    package var code: Int32 {
        switch self {
        case .addressInUse: EADDRINUSE
        case .terminated: winnow_eterm
        case .tooManyFrames: EMSGSIZE
        case .failed(_, _, let code): code
        }
    }

    package var description: String {
        switch self {
        case .addressInUse(let endpoint): "\(endpoint) is in use by another program"
        case .terminated: "messaging was shut down"
        case .tooManyFrames(let count, let limit, _): "a message of \(count) frames was refused; \(limit) are allowed"
        case .failed(let operation, let endpoint, let code):
            "cannot \(operation)\(endpoint.map { " \($0)" } ?? ""): \(String(cString: zmq_strerror(code))) (\(code))"
        }
    }
}
