/// Where sockets meet: `tcp://host:port` or `ipc://path`.
///
/// ```swift
/// let endpoint = try Endpoint("tcp://127.0.0.1:5555")
/// ```
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// The way that the bytes go.
    package enum Transport: Hashable, Sendable {
        /// `host` is a name, an address (IPv6 in brackets) or `*` for every interface; port 0 lets the system choose.
        case tcp(host: String, port: UInt16)
        /// A Unix domain socket at `path`.
        case ipc(path: String)
        /// Threads of one program that share a ``Context``; no text gives it.
        case inproc(name: String)
    }

    /// The longest path of an `ipc://` endpoint in bytes: `sun_path` has 108, the last one is NUL (unix(7)).
    package static let longestPath = 107

    package let transport: Transport

    /// Reads `text` as an endpoint.
    ///
    /// - Parameter text: for TCP, the port may be `*` (or 0), so that the system chooses one when the endpoint is bound.
    /// - Throws: ``EndpointError`` that names the part that is wrong.
    package init(_ text: String) throws(EndpointError) {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw EndpointError(text: text, problem: .unknownScheme)
        }
        let rest = text[text.index(colon, offsetBy: 3)...]
        switch text[..<colon] {
        case "tcp": transport = try Self.tcp(rest, in: text)
        case "ipc": transport = try Self.ipc(rest, in: text)
        case "inproc": throw EndpointError(text: text, problem: .oneProgram)
        default: throw EndpointError(text: text, problem: .unknownScheme)
        }
    }

    private static func tcp(_ address: Substring, in text: String) throws(EndpointError) -> Transport {
        guard let colon = address.lastIndex(of: ":"), !address[colon...].contains("]") else {
            throw EndpointError(text: text, problem: .missingPort)
        }
        let host = address[..<colon]
        let port = address[address.index(after: colon)...]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
        guard !host.isEmpty, isBracketed || !host.contains(where: { ":[]/ ".contains($0) }) else {
            throw EndpointError(text: text, problem: .badHost)
        }
        if port == "*" {
            return .tcp(host: String(host), port: 0)
        }
        guard port.allSatisfy(\.isNumber), let number = UInt16(port) else {
            throw EndpointError(text: text, problem: port.isEmpty ? .missingPort : .badPort)
        }
        return .tcp(host: String(host), port: number)
    }

    private static func ipc(_ path: Substring, in text: String) throws(EndpointError) -> Transport {
        // `ipc://*` would have libzmq invent a path that nobody else can know.
        guard !path.isEmpty, path != "*" else { throw EndpointError(text: text, problem: .missingPath) }
        guard path.utf8.count <= longestPath else {
            throw EndpointError(text: text, problem: .pathTooLong(bytes: path.utf8.count))
        }
        return .ipc(path: String(path))
    }

    /// Whether what is sent here stays on this machine: `ipc://`, `inproc://` and the loopback addresses.
    package var isLocal: Bool {
        guard case .tcp(let host, _) = transport else { return true }
        if ["localhost", "ip6-localhost", "ip6-loopback", "[::1]"].contains(host) {
            return true
        }
        // Four numbers, and not `127.example.org`.
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return octets.count == 4 && octets[0] == 127 && !octets.contains(nil)
    }

    /// Where libzmq looks for who decides on connections (ZeroMQ RFC 27).
    package static let zap = inproc("zeromq.zap.01")

    /// A place for threads of this program.
    package static func inproc(_ name: String) -> Endpoint { Endpoint(transport: .inproc(name: name)) }

    init(transport: Transport) {
        self.transport = transport
    }

    var isIPv6: Bool {
        guard case .tcp(let host, _) = transport else { return false }
        return host.hasPrefix("[")
    }

    /// Whether it is `*`: every interface, of IPv4 and IPv6 alike.
    var isEverywhere: Bool {
        guard case .tcp("*", _) = transport else { return false }
        return true
    }

    /// Whether it has a host's name, which may stand for addresses of both families.
    package var hasName: Bool {
        guard case .tcp(let host, _) = transport, !isIPv6, !isEverywhere else { return false }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count != 4 || parts.contains { UInt8($0) == nil }
    }

    package var description: String {
        switch transport {
        case .tcp(let host, let port): "tcp://\(host):\(port == 0 ? "*" : String(port))"
        case .ipc(let path): "ipc://\(path)"
        case .inproc(let name): "inproc://\(name)"
        }
    }
}
