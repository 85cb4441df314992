import Messaging
import TestSupport
import Testing

@Suite struct EndpointTests {
    @Test(arguments: [
        "tcp://127.0.0.1:5555", "tcp://*:5555", "tcp://node-7.example.org:1", "tcp://[::1]:65535",
        "ipc:///tmp/study/socket", "ipc://relative",
    ])
    func readsWhatItPrints(_ text: String) throws {
        #expect(try Endpoint(text).description == text)
    }

    @Test func portZeroAndStarAreOne() throws {
        let star = try Endpoint("tcp://*:*")
        #expect(try Endpoint("tcp://*:0") == star)
        #expect(star.transport == .tcp(host: "*", port: 0))
    }

    @Test(
        arguments: [
            ("", .unknownScheme), ("localhost:5555", .unknownScheme), ("http://localhost:80", .unknownScheme),
            ("tcp:/localhost:5555", .unknownScheme),
            ("tcp://localhost", .missingPort), ("tcp://localhost:", .missingPort), ("tcp://[::1]", .missingPort),
            ("tcp://:5555", .badHost), ("tcp://::1:5555", .badHost), ("tcp://a/b:5555", .badHost),
            ("tcp://[]:5555", .badHost),
            ("tcp://localhost:65536", .badPort), ("tcp://localhost:-1", .badPort), ("tcp://localhost:http", .badPort),
            ("tcp://localhost:+80", .badPort),
            ("ipc://", .missingPath), ("ipc://*", .missingPath), ("inproc://updates", .oneProgram),
            ("inproc://", .oneProgram),
        ] as [(String, EndpointError.Problem)])
    func refuses(_ text: String, _ problem: EndpointError.Problem) throws {
        let error = try #require(throws: EndpointError.self) { try Endpoint(text) }
        #expect(error.text == text)
        #expect(error.problem == problem)
        #expect(error.description.hasPrefix("'\(text)' is not an endpoint: "))
    }

    @Test(arguments: [
        ("tcp://localhost:1", true), ("tcp://node-7.example.org:1", true), ("tcp://1.2.3.example.org:1", true),
        ("tcp://127.0.0.1:1", false), ("tcp://[::1]:1", false), ("tcp://*:1", false), ("ipc:///tmp/s", false),
    ])
    func knowsWhatHasToBeLookedUp(_ text: String, _ hasName: Bool) throws {
        #expect(try Endpoint(text).hasName == hasName)
    }

    @Test func pathsHaveALimit() throws {
        let longest = "/" + String(repeating: "a", count: Endpoint.longestPath - 1)
        #expect(try Endpoint("ipc://\(longest)").transport == .ipc(path: longest))
        // Bytes count, not characters.
        let error = try #require(throws: EndpointError.self) { try Endpoint("ipc://\(longest.dropLast())é") }
        #expect(error.problem == .pathTooLong(bytes: Endpoint.longestPath + 1))
        #expect(error.description.hasSuffix("its path has 108 bytes, and a Unix socket takes 107 at most"))
    }

    @Test(arguments: [
        ("ipc:///tmp/s", true), ("tcp://ip6-localhost:1", true), ("tcp://ip6-loopback:1", true),
        ("tcp://localhost:1", true), ("tcp://127.0.0.1:1", true),
        ("tcp://127.8.9.1:1", true), ("tcp://[::1]:1", true),
        ("tcp://*:1", false), ("tcp://0.0.0.0:1", false), ("tcp://10.0.0.7:1", false), ("tcp://[::]:1", false),
        ("tcp://127.evil.example.org:1", false), ("tcp://127.0.0.1.example.org:1", false), ("tcp://128.0.0.1:1", false),
    ])
    func knowsWhatStaysOnThisMachine(_ text: String, _ isLocal: Bool) throws {
        #expect(try Endpoint(text).isLocal == isLocal)
    }
}
