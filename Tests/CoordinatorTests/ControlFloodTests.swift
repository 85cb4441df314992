import Coordinator
import Experiments
import Studies
import Messaging
import StudyStore
import TestSupport
import Testing
import Schema

/// What a peer of the control socket can make a coordinator do, seen turn by turn.
@Suite struct ControlFloodTests {
    private let directory: TemporaryDirectory
    private let server: ControlServer
    private let peer: Socket
    private let monitor: SocketMonitor

    init() throws {
        directory = try TemporaryDirectory()
        let folder = StudyFolder(directory.path)
        server = try ControlServer(folder)
        var options = SocketOptions()
        options.receiveQueue = 1
        options.sendQueue = 10_000
        peer = try Socket(Context(), .dealer, options: options)
        monitor = try SocketMonitor(peer)
        try peer.connect(Endpoint("ipc://\(folder.path)/control"))
    }

    private func send(_ count: Int, _ kind: ControlRequest.Kind) async throws {
        let request = try PlainJSON.encode(ControlRequest(kind))
        var sent = 0
        try await eventually {
            while sent < count, try peer.send([request]) == .sent { sent += 1 }
            return sent == count
        } last: {
            sent
        }
    }

    @Test func aTurnTakesABoundedNumberOfRequests() async throws {
        try await send(1_000, .pause)
        var (acts, most) = (0, 0)
        try await eventually {
            var turn = 0
            server.serve(status: { .sample }) { _ in
                turn += 1
                return nil
            }
            acts += turn
            most = max(most, turn)
            return acts == 1_000
        } last: {
            acts
        }
        #expect(most <= 64)
    }

    /// What finds no room in its peer's short queue is dropped, not kept.
    @Test func answersThatNobodyReadsAreDropped() async throws {
        let requests = 4_000
        try await send(requests, .status)
        try await send(1, .stop)
        var isLast = false
        try await eventually {
            server.serve(status: { .sample }) { _ in
                isLast = true
                return nil
            }
            return isLast
        } last: {
            "not all are taken"
        }
        // Some are in the kernel's buffers.
        var answers = 0
        try await eventually {
            while try peer.receive() != nil { answers += 1 }
            return answers > 0
        } last: {
            answers
        }
        var poller = Poller()
        poller.watch(peer)
        while try poller.wait(atMost: .milliseconds(200)) {
            while try peer.receive() != nil { answers += 1 }
        }
        #expect(answers < requests / 2)
    }

    @Test func aFrameThatIsTooLargeEndsTheConnection() async throws {
        try await send(1, .status)
        _ = try peer.send([[UInt8](repeating: 0, count: ControlRequest.maximumSize + 1)])
        var events: [SocketMonitor.Event] = []
        try await eventually {
            server.serve(status: { .sample }) { _ in nil }
            while let event = try monitor.next() { events.append(event) }
            return events.contains { if case .disconnected = $0 { true } else { false } }
        } last: {
            events
        }
    }
}
