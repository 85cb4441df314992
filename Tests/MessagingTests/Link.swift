import Messaging

/// A router and a dealer that have found each other, with a poller for each.
struct Link {
    let context: Context
    let router: Socket
    let dealer: Socket
    let endpoint: Endpoint
    /// The name that the router gave the dealer.
    private(set) var name: [UInt8] = []

    init(
        _ endpoint: Endpoint, router routerOptions: SocketOptions = SocketOptions(),
        dealer dealerOptions: SocketOptions = SocketOptions()
    ) throws {
        context = try Context()
        router = try Socket(context, .router, options: routerOptions)
        dealer = try Socket(context, .dealer, options: dealerOptions)
        self.endpoint = try router.bind(endpoint)
        try dealer.connect(self.endpoint)
        try deliver([Array("hello".utf8)], from: dealer)
        name = try take(from: router)[0]
    }

    /// Sends as soon as a peer is connected and has room.
    func deliver(_ frames: [[UInt8]], from socket: Socket) throws {
        var poller = Poller()
        poller.watch(socket, for: .writable)
        while true {
            switch try socket.send(frames) {
            case .sent: return
            case .wouldBlock: guard try poller.wait(atMost: .seconds(20)) else { throw NothingHappened() }
            case .unreachable: throw NothingHappened()
            }
        }
    }

    /// Receives the next message, waiting for it.
    func take(from socket: Socket) throws -> [[UInt8]] {
        var poller = Poller()
        poller.watch(socket)
        while true {
            if let message = try socket.receive() { return message }
            guard try poller.wait(atMost: .seconds(20)) else { throw NothingHappened() }
        }
    }
}

/// Neither a message nor room for one came within a generous time.
struct NothingHappened: Error {}
