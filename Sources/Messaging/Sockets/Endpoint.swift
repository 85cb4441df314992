import Glibc

/// The address of a socket: `tcp://host:port` or `ipc://path`.
///
/// ```swift
/// let endpoint = try Endpoint("tcp://127.0.0.1:5555")
/// ```
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// The transport protocol, with its address.
    package enum Transport: Hashable, Sendable {
        /// `host` is a name, an address (IPv6 in brackets) or `*` for every interface; port 0 lets the system choose.
        case tcp(host: String, port: UInt16)
        /// A Unix domain socket at `path`.
        case ipc(path: String)
        /// Threads of one program that share a ``Context``; no text is read as one.
        case inproc(name: String)
    }

    /// The longest path of an `ipc://` endpoint in bytes: `sun_path` has 108, the last one is NUL (unix(7)).
    package static let longestPath = 107

    package let transport: Transport

    /// Reads `text` as an endpoint.
    ///
    /// - Parameter text: for TCP, the port may be `*` (or 0): the system then chooses one when the endpoint is bound.
    /// - Throws: ``EndpointError``, which names the wrong part.
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
        if port == "*" { return .tcp(host: String(host), port: 0) }
        guard port.allSatisfy(\.isNumber), let number = UInt16(port) else {
            throw EndpointError(text: text, problem: port.isEmpty ? .missingPort : .badPort)
        }
        return .tcp(host: String(host), port: number)
    }

    private static func ipc(_ path: Substring, in text: String) throws(EndpointError) -> Transport {
        // `ipc://*` would make libzmq invent a path that no peer can know.
        guard !path.isEmpty, path != "*" else { throw EndpointError(text: text, problem: .missingPath) }
        guard path.utf8.count <= longestPath else {
            throw EndpointError(text: text, problem: .pathTooLong(bytes: path.utf8.count))
        }
        return .ipc(path: String(path))
    }

    /// Whether traffic stays on this machine: `ipc://`, `inproc://` and the loopback addresses.
    package var isLocal: Bool {
        guard case .tcp(let host, _) = transport else { return true }
        if ["localhost", "ip6-localhost", "ip6-loopback", "[::1]"].contains(host) { return true }
        // Four numbers, and not `127.example.org`.
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return octets.count == 4 && octets[0] == 127 && !octets.contains(nil)
    }

    /// The endpoint of the authentication handler (ZeroMQ RFC 27).
    package static let zap = inproc("zeromq.zap.01")

    /// An endpoint for threads of this program.
    package static func inproc(_ name: String) -> Endpoint { Endpoint(transport: .inproc(name: name)) }

    init(transport: Transport) { self.transport = transport }

    var isIPv6: Bool {
        guard case .tcp(let host, _) = transport else { return false }
        return host.hasPrefix("[")
    }

    /// Whether it is `*`: every interface, of IPv4 and IPv6 alike.
    var isEverywhere: Bool {
        guard case .tcp("*", _) = transport else { return false }
        return true
    }

    /// Whether its host is a name, which may have addresses of both families.
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

/// Name resolution: libzmq resolves names when it connects, but not when it binds.
extension Endpoint {
    /// The endpoints to listen on: the addresses of the host's name, IPv4 first; this endpoint itself if it has no name,
    /// or an unknown one. The name of a network interface is left to libzmq.
    var listeningAddresses: [Endpoint] {
        guard hasName, case .tcp(let host, let port) = transport, if_nametoindex(host) == 0 else { return [self] }
        let hosts = Self.addresses(of: host)
        return hosts.isEmpty ? [self] : hosts.map { Endpoint(transport: .tcp(host: $0, port: port)) }
    }

    /// This host with the port of `other`.
    func atPort(of other: Endpoint) -> Endpoint {
        guard case .tcp(let host, _) = transport, case .tcp(_, let port) = other.transport else { return self }
        return Endpoint(transport: .tcp(host: host, port: port))
    }

    /// The endpoint to connect to: `*` is this machine.
    var reachable: Endpoint {
        guard isEverywhere, case .tcp(_, let port) = transport else { return self }
        return Endpoint(transport: .tcp(host: "127.0.0.1", port: port))
    }

    /// The numeric addresses of a name, each once, IPv4 first; IPv6 in brackets. Empty if the name is unknown.
    static func addresses(of host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var four: [String] = []
        var six: [String] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let code = getnameinfo(
                entry.ai_addr, entry.ai_addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
            guard code == 0 else { continue }
            let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if entry.ai_family == AF_INET, !four.contains(text) { four.append(text) }
            if entry.ai_family == AF_INET6, !six.contains("[\(text)]") { six.append("[\(text)]") }
        }
        return four + six
    }
}

/// Why a text is not an ``Endpoint``.
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
