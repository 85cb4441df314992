import Messaging
import TestSupport
import Testing

/// What a sender is told when a message cannot go.
@Suite struct SendingTests {
    let directory: TemporaryDirectory
    let endpoint: Endpoint

    init() throws {
        directory = try TemporaryDirectory()
        endpoint = try Endpoint("ipc://\(directory.file("socket"))")
    }

    @Test func unknownPeersAreUnreachable() throws {
        let router = try Socket(Context(), .router)
        _ = try router.bind(endpoint)
        #expect(try router.send([[0, 1, 2, 3, 4], [1]]) == .unreachable)
        #expect(try router.send([[0, 1, 2, 3, 4], [1]]) == .unreachable)
    }

    @Test func aPeerThatIsGoneBecomesUnreachable() async throws {
        let context = try Context()
        let router = try Socket(context, .router)
        _ = try router.bind(endpoint)
        var dealer: Socket? = try Socket(context, .dealer)
        try dealer?.connect(endpoint)
        try await eventually {
            try dealer?.send([[1]]) == .sent
        } last: {
            "no connection"
        }
        var name: [UInt8] = []
        try await eventually {
            name = try router.receive()?.first ?? []
            return !name.isEmpty
        } last: {
            "no message"
        }
        dealer = nil

        var last = SendResult.sent
        try await eventually {
            last = try router.send([name, [1]])
            return last == .unreachable
        } last: {
            last
        }
    }

    @Test func afterShutdownCallsSaySo() throws {
        let link = try Link(endpoint)
        link.context.shutdown()
        #expect(throws: ZMQError.terminated) { try Socket(link.context, .dealer) }
        // A call that does not wait looks for such news only now and then.
        #expect(throws: ZMQError.terminated) {
            for _ in 0..<1_000_000 { _ = try link.router.receive() }
        }
        #expect(throws: ZMQError.terminated) {
            for _ in 0..<1_000_000 { _ = try link.dealer.send([[1]]) }
        }
    }

    @Test func lingeringMessagesArriveAfterTheirSocketIsGone() throws {
        let router = try Socket(Context(), .router)
        let bound = try router.bind(Endpoint("tcp://127.0.0.1:*"))
        let chunk = [UInt8](repeating: 1, count: 1 << 20)
        try sendAndLeave(to: bound, chunk: chunk, times: 20)
        var poller = Poller()
        poller.watch(router)
        for _ in 0..<20 {
            try #require(try poller.wait(atMost: .seconds(20)))
            #expect(try router.receive()?.last == chunk)
        }
    }

    private func sendAndLeave(to endpoint: Endpoint, chunk: [UInt8], times: Int) throws {
        let dealer = try Socket(Context(), .dealer)
        try dealer.connect(endpoint)
        try dealer.setLinger(.seconds(20))
        var poller = Poller()
        poller.watch(dealer, for: .writable)
        #expect(try poller.wait(atMost: .seconds(20)))
        for _ in 0..<times {
            #expect(try dealer.send([chunk]) == .sent)
        }
    }

    @Test func aDealerWithoutAPeerHoldsBack() throws {
        let dealer = try Socket(Context(), .dealer)
        try dealer.connect(endpoint)
        #expect(try dealer.send([[1], [2]]) == .wouldBlock)
    }

    @Test func aFullQueueHoldsBack() throws {
        var options = SocketOptions()
        options.sendQueue = 10
        options.receiveQueue = 10
        let link = try Link(endpoint, router: options, dealer: options)
        let message = [[UInt8](repeating: 0, count: 100_000), [1]]
        var sent = 0
        while sent < 10_000, try link.router.send([link.name] + message) == .sent {
            sent += 1
        }
        #expect(sent >= 10 && sent < 1_000)
        for _ in 0..<sent {
            #expect(try link.take(from: link.dealer) == message)
        }
        // Room again, and nothing of the message that was refused.
        try link.deliver([link.name, [9]], from: link.router)
        #expect(try link.take(from: link.dealer) == [[9]])
    }
}
