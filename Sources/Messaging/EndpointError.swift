/// A text that is not an ``Endpoint``.
package struct EndpointError: Error, Hashable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        case unknownScheme
        case badHost
        case missingPort
        case badPort
        case missingPath
        case pathTooLong(bytes: Int)
        /// `inproc://`
        case oneProgram
    }

    /// The text as it was given.
    package let text: String
    package let problem: Problem

    package var description: String {
        let reason =
            switch problem {
            case .unknownScheme: "it must begin with tcp:// or ipc://"
            case .badHost: "there is no host name or address before the port (IPv6 goes in brackets)"
            case .missingPort: "a port is missing, as in tcp://127.0.0.1:5555"
            case .badPort: "the port must be a number up to 65535, or * for any that is free"
            case .missingPath: "a path is missing, as in ipc:///tmp/winnow.sock"
            case .pathTooLong(let bytes):
                "its path has \(bytes) bytes, and a Unix socket takes \(Endpoint.longestPath) at most"
            case .oneProgram:
                "inproc:// joins the threads of one program; between programs it is tcp://HOST:PORT or ipc://PATH"
            }
        return "'\(text)' is not an endpoint: \(reason)"
    }
}
