import Messaging
import TestSupport
import Testing

/// What a peer cannot make a socket take.
@Suite struct LimitTests {
    let directory: TemporaryDirectory
    let endpoint: Endpoint

    init() throws {
        directory = try TemporaryDirectory()
        endpoint = try Endpoint("ipc://\(directory.file("socket"))")
    }

    @Test func tooManyFramesAreReportedAndTheNextMessageComes() throws {
        var options = SocketOptions()
        options.mostFrames = 8
        let link = try Link(endpoint, router: options)
        try link.deliver(Array(repeating: [1], count: 7), from: link.dealer)
        try link.deliver(Array(repeating: [2], count: 8), from: link.dealer)
        try link.deliver([[3]], from: link.dealer)

        #expect(try link.take(from: link.router).count == 8)
        let error = try #require(throws: ZMQError.self) { try link.take(from: link.router) }
        #expect(error == .tooManyFrames(9, limit: 8, first: link.name))
        #expect(error.description == "a message of 9 frames was refused; 8 are allowed")
        #expect(try link.take(from: link.router) == [link.name, [3]])
    }

    @Test func aFrameThatIsTooLargeEndsTheConnectionOnly() async throws {
        var options = SocketOptions()
        options.largestFrame = 1_000
        let link = try Link(endpoint, router: options)
        try link.deliver([[UInt8](repeating: 1, count: 1_000)], from: link.dealer)
        #expect(try link.take(from: link.router)[1].count == 1_000)

        try link.deliver([[UInt8](repeating: 2, count: 1_001)], from: link.dealer)
        // What was queued behind it goes down with the connection, so ask again until the next one stands.
        var message: [[UInt8]]?
        try await eventually {
            _ = try link.dealer.send([[3]])
            message = try link.router.receive()
            return message != nil
        } last: {
            message
        }
        #expect(message?.last == [3])
        #expect(message?.first != link.name)
    }
}
