import Messaging
import TestSupport
import Schema

/// A peer that speaks the protocol, and says what a test makes it say.
final class LyingWorker {
    private let socket: Socket

    init(_ address: String, security: SocketOptions.Security = .none) throws {
        var options = SocketOptions()
        options.security = security
        socket = try Socket(Context(), .dealer, options: options)
        try socket.connect(Endpoint(address))
    }

    func sayHello(as name: String) async throws {
        try await say(
            .hello(
                .init(
                    protocolVersion: protocolVersion, worker: name, program: "liar", host: "liar", slots: 1,
                    environment: [:], running: [])))
    }

    func say(_ frames: [[UInt8]]) async throws {
        try await eventually {
            try socket.send(frames) == .sent
        } last: {
            "no connection"
        }
    }

    func say(_ message: WorkerMessage, bytes: [UInt8] = []) async throws {
        try await say(Envelope(message, bytes: bytes).frames())
    }

    /// Waits for an answer that `matches`.
    func hear(_ matches: (CoordinatorMessage) -> Bool) async throws -> CoordinatorMessage {
        var heard: CoordinatorMessage?
        try await eventually {
            while heard == nil, let frames = try socket.receive() {
                let message = try Envelope<CoordinatorMessage>(frames: frames).message
                heard = matches(message) ? message : nil
            }
            return heard != nil
        } last: {
            "silence"
        }
        return heard!
    }
}
