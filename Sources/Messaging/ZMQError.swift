internal import CZMQ
internal import Glibc

/// What libzmq refused to do.
package enum ZMQError: Error, Hashable, CustomStringConvertible {
    /// Another program is bound to the endpoint (EADDRINUSE).
    case addressInUse(Endpoint)
    /// The context was shut down, so the loop that owns this socket is to end (ETERM).
    case terminated
    /// A message of more frames than ``SocketOptions/mostFrames``; it is gone. `first` is its first frame: on a
    /// router, who sent it.
    case tooManyFrames(Int, limit: Int, first: [UInt8])
    /// Any other failure, with the code of `zmq_errno`.
    case failed(operation: String, endpoint: Endpoint?, code: Int32)

    /// The failure that `zmq_errno` tells of, to be asked directly after the call that failed.
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
