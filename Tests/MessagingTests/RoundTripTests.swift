import Messaging
import TestSupport
import Testing

/// What goes in comes out, over each transport.
@Suite struct RoundTripTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    enum Transport: CaseIterable {
        case ipc, tcp, inproc, sixth, name, everywhere
    }

    func link(_ transport: Transport) throws -> Link {
        switch transport {
        case .ipc: try Link(Endpoint("ipc://\(directory.file("socket"))"))
        case .tcp: try Link(Endpoint("tcp://127.0.0.1:*"))
        case .inproc: try Link(.inproc("socket"))
        case .sixth: try Link(Endpoint("tcp://[::1]:*"))
        case .name: try Link(Endpoint("tcp://localhost:*"))
        case .everywhere: try Link(Endpoint("tcp://*:*"))
        }
    }

    @Test(arguments: Transport.allCases)
    func bothWays(_ transport: Transport) throws {
        let link = try link(transport)
        let frames: [[UInt8]] = [[1], [], [2, 3], Array(0...255)]

        try link.deliver(frames, from: link.dealer)
        #expect(try link.take(from: link.router) == [link.name] + frames)

        #expect(try link.router.send([link.name] + frames) == .sent)
        #expect(try link.take(from: link.dealer) == frames)

        #expect(try link.router.receive() == nil)
        #expect(try link.dealer.receive() == nil)
    }

    @Test(arguments: SeededCases(20))
    func anyFrames(_ testCase: SeededCase) throws {
        var random = testCase.random
        let link = try link(.ipc)
        let frames = (0..<Int.random(in: 1...60, using: &random)).map { _ in
            (0..<Int.random(in: 0...2_000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        try link.deliver(frames, from: link.dealer)
        #expect(try link.take(from: link.router) == [link.name] + frames)
    }

    @Test(arguments: [Transport.ipc, .tcp])
    func aMegabyte(_ transport: Transport) throws {
        let link = try link(transport)
        let chunk = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
        try link.deliver([[7], chunk], from: link.dealer)
        #expect(try link.take(from: link.router) == [link.name, [7], chunk])
    }

    @Test(arguments: [Transport.ipc, .tcp])
    func tenThousandMessagesInOrder(_ transport: Transport) throws {
        let link = try link(transport)
        let count = 10_000
        for number in 0..<count {
            try link.deliver([Array("\(number)".utf8)], from: link.dealer)
        }
        for number in 0..<count {
            try #require(try link.take(from: link.router)[1] == Array("\(number)".utf8))
        }
        #expect(try link.router.receive() == nil)
    }
}
