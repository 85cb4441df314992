internal import Glibc

/// What a name stands for. libzmq looks names up for those who connect, but not for those who bind.
extension Endpoint {
    /// Where to listen: the addresses of a host's name, IPv4 first; the endpoint itself where it has no name that is
    /// known. What names a network interface is left to libzmq.
    var listeningAddresses: [Endpoint] {
        guard hasName, case .tcp(let host, let port) = transport, if_nametoindex(host) == 0 else { return [self] }
        let hosts = Self.addresses(of: host)
        return hosts.isEmpty ? [self] : hosts.map { Endpoint(transport: .tcp(host: $0, port: port)) }
    }

    /// The same host at the other's port.
    func atPort(of other: Endpoint) -> Endpoint {
        guard case .tcp(let host, _) = transport, case .tcp(_, let port) = other.transport else { return self }
        return Endpoint(transport: .tcp(host: host, port: port))
    }

    /// Where to connect to: what listens everywhere is also here.
    var reachable: Endpoint {
        guard isEverywhere, case .tcp(_, let port) = transport else { return self }
        return Endpoint(transport: .tcp(host: "127.0.0.1", port: port))
    }

    /// The numeric addresses of a name, each once, IPv4 first; IPv6 in brackets. None where nobody knows it.
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
