import Foundation
import Messaging
import TestSupport
import Testing

/// Who may listen where.
@Suite struct BindingTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func theSystemChoosesAPort() throws {
        let router = try Socket(Context(), .router)
        let bound = try router.bind(Endpoint("tcp://127.0.0.1:*"))
        guard case .tcp("127.0.0.1", let port) = bound.transport else {
            Issue.record("bound to \(bound)")
            return
        }
        #expect(port > 0)
    }

    @Test func aPortInUseIsRefused() throws {
        let first = try Socket(Context(), .router)
        let bound = try first.bind(Endpoint("tcp://127.0.0.1:*"))
        let second = try Socket(Context(), .router)
        let error = try #require(throws: ZMQError.self) { try second.bind(bound) }
        #expect(error == .addressInUse(bound))
        #expect(error.description == "\(bound) is in use by another program")
    }

    @Test func aLivingProgramsSocketFileIsRefused() throws {
        let link = try Link(Endpoint("ipc://\(directory.file("socket"))"))
        let second = try Socket(Context(), .router)
        #expect(throws: ZMQError.addressInUse(link.endpoint)) { try second.bind(link.endpoint) }
        // The one that was there first still gets the messages of newcomers.
        let newcomer = try Socket(Context(), .dealer)
        try newcomer.connect(link.endpoint)
        try link.deliver([[5]], from: newcomer)
        #expect(try link.take(from: link.router).last == [5])
    }

    @Test func aDeadProgramsSocketFileIsReplaced() throws {
        let path = directory.file("socket")
        _ = try Python.run("import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", arguments: [path])
        #expect(FileManager.default.fileExists(atPath: path))
        let link = try Link(Endpoint("ipc://\(path)"))
        #expect(!link.name.isEmpty)
    }

    @Test func aPlainFileIsLeftAlone() throws {
        let path = try directory.write("a thesis", to: "thesis.tex")
        let endpoint = try Endpoint("ipc://\(path)")
        let router = try Socket(Context(), .router)
        let error = try #require(throws: ZMQError.self) { try router.bind(endpoint) }
        #expect(error == .failed(operation: "bind", endpoint: endpoint, code: ENOTSOCK))
        #expect(error.description == "cannot bind \(endpoint): Socket operation on non-socket (88)")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "a thesis")
    }

    @Test func aMissingFolderIsNamed() throws {
        let endpoint = try Endpoint("ipc://\(directory.file("missing/socket"))")
        let router = try Socket(Context(), .router)
        #expect(throws: ZMQError.failed(operation: "bind", endpoint: endpoint, code: ENOENT)) {
            try router.bind(endpoint)
        }
    }

    /// What listens everywhere is reached by either family, and by the words that it was bound with.
    @Test(arguments: ["127.0.0.1", "[::1]", "localhost", "*"])
    func everyInterfaceIsOfBothFamilies(_ host: String) throws {
        let link = try Link(Endpoint("tcp://*:*"))
        guard case .tcp("*", let port) = link.endpoint.transport, port > 0 else {
            Issue.record("bound to \(link.endpoint)")
            return
        }
        let newcomer = try Socket(link.context, .dealer)
        try newcomer.connect(Endpoint("tcp://\(host):\(port)"))
        try link.deliver([[5]], from: newcomer)
        #expect(try link.take(from: link.router).last == [5])
    }

    /// A name is bound at its addresses, and keeps its words.
    @Test(arguments: [Socket.AddressFamily.four, .six])
    func aNameIsBoundAndConnectedTo(_ family: Socket.AddressFamily) throws {
        let link = try Link(Endpoint("tcp://localhost:*"))
        guard case .tcp("localhost", let port) = link.endpoint.transport, port > 0 else {
            Issue.record("bound to \(link.endpoint)")
            return
        }
        let newcomer = try Socket(link.context, .dealer)
        // A name without an IPv6 address is connected to by its others.
        try newcomer.connect(link.endpoint, family: family)
        try link.deliver([[5]], from: newcomer)
        #expect(try link.take(from: link.router).last == [5])
        let second = try Socket(Context(), .router)
        #expect(throws: ZMQError.addressInUse(link.endpoint)) { try second.bind(link.endpoint) }
    }

    @Test func aNameThatNobodyKnowsIsNamed() throws {
        let endpoint = try Endpoint("tcp://no-such-host.invalid:5555")
        let router = try Socket(Context(), .router)
        let error = try #require(throws: ZMQError.self) { try router.bind(endpoint) }
        #expect(error.description.hasPrefix("cannot bind tcp://no-such-host.invalid:5555: "))
    }
}
