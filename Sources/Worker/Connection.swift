import Messaging
import Schema

/// The socket to the coordinator, and what waits to be sent while nobody is connected or the queue is full.
struct Connection {
    private(set) var socket: Socket
    /// Why attempts to connect come to nothing; nil where nothing is known, or they do not.
    private(set) var trouble: ConnectionTrouble?
    /// When it was first not let in, since it last was.
    private var refusedSince: ContinuousClock.Instant?
    private let context: Context
    private let endpoint: Endpoint
    private let security: SocketOptions.Security
    private var monitor: SocketMonitor
    private var waiting: [[[UInt8]]] = []
    /// When a coordinator that refused this worker's key is asked again.
    private var again: ContinuousClock.Instant?
    private var refusals = 0
    /// Which of a name's addresses are tried now.
    private var family = Socket.AddressFamily.four
    /// When the other ones are tried; nil where there is no name, or somebody has answered.
    private var turn: ContinuousClock.Instant?
    private var patience = Self.firstPatience

    /// How long the addresses of one family are tried before those of the other; doubled at each turn.
    private static let firstPatience = Duration.seconds(1)
    private static let longestPatience = Duration.seconds(8)
    /// Messages of one coordinator that may be no messages, before the connection is made anew.
    private static let mostRefusals = 100

    init(_ context: Context, _ endpoint: Endpoint, security: SocketOptions.Security) throws(ZMQError) {
        self.context = context
        self.endpoint = endpoint
        self.security = security
        (socket, monitor) = try Self.open(context, endpoint, family, security)
        turn = endpoint.hasName ? .now + patience : nil
    }

    private static func open(
        _ context: Context, _ endpoint: Endpoint, _ family: Socket.AddressFamily, _ security: SocketOptions.Security
    ) throws(ZMQError) -> (Socket, SocketMonitor) {
        var options = SocketOptions()
        options.security = security
        // CURVE adds 33 bytes to a frame.
        options.largestFrame = maximumHeaderSize + 64
        options.mostFrames = 2
        options.receiveQueue = 64
        let socket = try Socket(context, .dealer, options: options)
        let monitor = try SocketMonitor(socket)
        try socket.connect(endpoint, family: family)
        return (socket, monitor)
    }

    /// Drops the connection, and what waits to be sent on it, and makes a new one.
    mutating func reopen() throws(ZMQError) {
        again = nil
        refusals = 0
        waiting = []
        (socket, monitor) = try Self.open(context, endpoint, family, security)
        turn = endpoint.hasName ? .now + patience : nil
    }

    /// Whether the coordinator has not let this worker's key in for so long: a list of keys may be put right in between.
    func isRefused(for limit: Duration) -> Bool {
        refusedSince.map { ContinuousClock.now - $0 > limit } ?? false
    }

    var isBlocked: Bool { !waiting.isEmpty }

    mutating func send(_ frames: [[UInt8]]) throws(ZMQError) {
        guard waiting.isEmpty, try socket.send(frames) == .sent else {
            waiting.append(frames)
            return
        }
    }

    /// Sends what waits, in order, as far as that goes now; to be called several times a second.
    mutating func flush() throws(ZMQError) {
        try lookAfterHandshakes()
        var sent = 0
        while sent < waiting.count, try socket.send(waiting[sent]) == .sent {
            sent += 1
        }
        waiting.removeFirst(sent)
    }

    /// libzmq never asks again where it was not let in, so that takes a new socket.
    private mutating func lookAfterHandshakes() throws(ZMQError) {
        while let event = try monitor.next() {
            // Whatever it is, somebody listens there.
            turn = nil
            switch event {
            case .connected:
                patience = Self.firstPatience
                trouble = nil
                refusedSince = nil
            case .notAuthorized:
                trouble = .notAuthorized
                refusedSince = refusedSince ?? .now
                again = .now + .seconds(1)
            case .otherMechanism: trouble = .otherMechanism
            // Where a reason is known, a handshake that breaks off tells nothing new.
            case .failed: trouble = trouble ?? .handshakeFailed
            case .accepted, .disconnected: break
            }
        }
        if let again, .now >= again {
            try reopen()
        }
        if let turn, .now >= turn {
            family = family.other
            patience = min(patience * 2, Self.longestPatience)
            try reopen()
        }
    }

    /// The next message that is one; others are told, with the kind that they name, and dropped, and after many of them
    /// the connection is.
    mutating func receive(
        refused tell: (_ kind: String?, _ reason: String) -> Void
    ) throws(ZMQError) -> Envelope<CoordinatorMessage>? {
        while true {
            var frames: [[UInt8]] = []
            do {
                guard let received = try socket.receive() else { return nil }
                frames = received
                return try Envelope<CoordinatorMessage>(frames: frames)
            } catch let error as ZMQError {
                guard case .tooManyFrames = error else { throw error }
                tell(nil, error.description)
            } catch {
                // Whatever an older coordinator says, it is no welcome.
                let isOld = frames.first.map(isOldHeader) ?? false
                tell(isOld ? "welcome" : Envelope<CoordinatorMessage>.kind(of: frames), "\(error)")
            }
            refusals += 1
            if refusals >= Self.mostRefusals {
                try reopen()
            }
        }
    }

    /// Gives the last words a second to leave.
    func close() throws(ZMQError) {
        try socket.setLinger(.seconds(1))
    }
}

/// Why a coordinator that is there does not talk to this worker.
package enum ConnectionTrouble: Hashable, Sendable {
    /// It does not know this worker's key, or does not any more.
    case notAuthorized
    /// One side has keys, and the other has none.
    case otherMechanism
    /// The handshake broke off: it has not the key that it is thought to have, or is no coordinator.
    case handshakeFailed
}
