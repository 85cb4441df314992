import Coordinator
import Experiments
import Studies
import Foundation
import Messaging
import Search
import StudyStore
import Synchronization
import TestSupport
import Testing
import Schema

/// More connections than a coordinator takes.
@Suite struct ConnectionLimitTests {
    /// A coordinator of a study without workers, in a thread of its own.
    private final class Running: Sendable {
        private struct State {
            var endpoint: Endpoint?
            var lines: [String] = []
            var failure: (any Error)?
            var hasEnded = false
        }

        private let state = Mutex(State())
        private let folder: StudyFolder

        init(in folder: StudyFolder, mostConnections: Int) {
            self.folder = folder
            Thread.detachNewThread { [self] in
                do {
                    try run(mostConnections)
                } catch {
                    state.withLock { $0.failure = error }
                }
                state.withLock { $0.hasEnded = true }
            }
        }

        private func run(_ mostConnections: Int) throws {
            let text = "data: {source: digits}\nmodel: {preset: mlp}\n"
            let file = try ExperimentFile(text: text, name: "test")
            let listener = try CoordinatorListener(Endpoint("tcp://127.0.0.1:0"), mostConnections: mostConnections)
            let opened = try OpenedStudy(
                folder, file: file, text: text,
                plan: TrialPlan(file.experiment.search, seed: file.experiment.seed),
                dataDigest: String(repeating: "0", count: 64), program: "test", unix: 0)
            let coordinator = try Coordinator(
                opened, file: file, listener: listener, settings: CoordinatorSettings(),
                provenance: Provenance(experiment: text, resolved: file.resolvedYAML()), program: "test", data: nil,
                workers: nil
            ) { [self] event, _ in
                guard case .messageRefused(let line) = event else { return }
                state.withLock { $0.lines.append(line) }
            }
            state.withLock { $0.endpoint = listener.endpoint }
            _ = try coordinator.run()
        }

        var endpoint: Endpoint? { state.withLock { $0.endpoint } }
        var lines: [String] { state.withLock { $0.lines } }
        var hasEnded: Bool { state.withLock { $0.hasEnded } }
        var failure: (any Error)? { state.withLock { $0.failure } }
        func stop() { _ = try? ControlClient(folder).ask(.stop) }
    }

    /// Whether the coordinator answers whoever speaks there.
    private func isAnswered(_ socket: Socket, within timeout: Duration = .seconds(20)) async throws -> Bool {
        let question = try Envelope(WorkerMessage.ready(.init(slots: 0))).frames()
        var answer: [[UInt8]]?
        try await eventually(timeout: timeout) {
            _ = try socket.send(question)
            answer = try socket.receive()
            return answer != nil
        } last: {
            answer
        }
        return try Envelope<CoordinatorMessage>(frames: answer ?? []).message == .whoAreYou(.init())
    }

    private func connected(to endpoint: Endpoint) throws -> Socket {
        let socket = try Socket(Context(), .dealer)
        try socket.connect(endpoint)
        return socket
    }

    @Test func whoIsOneTooManyIsClosedAtOnceAndTheOthersStay() async throws {
        let directory = try TemporaryDirectory()
        let coordinator = Running(in: StudyFolder(directory.file("study")), mostConnections: 2)
        try await eventually {
            coordinator.endpoint != nil || coordinator.hasEnded
        } last: {
            coordinator.failure
        }
        let endpoint = try #require(coordinator.endpoint, "\(coordinator.failure.map { "\($0)" } ?? "")")
        let first = try connected(to: endpoint)
        #expect(try await isAnswered(first))
        do {
            let second = try connected(to: endpoint)
            #expect(try await isAnswered(second))

            let third = try connected(to: endpoint)
            await #expect(throws: TimedOut.self) { try await isAnswered(third, within: .seconds(1)) }
            let told = coordinator.lines.count { $0 == "a connection above the limit of 2" }
            #expect(told == 1, "once, however often it comes: \(coordinator.lines)")
            #expect(try await isAnswered(first))
            #expect(try await isAnswered(second))
        }
        // The others have gone: there is room.
        let fourth = try connected(to: endpoint)
        try await eventually {
            (try? await isAnswered(fourth)) == true
        } last: {
            coordinator.lines
        }
        coordinator.stop()
        try await eventually {
            coordinator.hasEnded
        } last: {
            coordinator.lines
        }
        #expect(coordinator.failure == nil)
    }
}
