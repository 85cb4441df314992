import Coordinator
import Experiments
import Foundation
import Glibc
import Messaging
import StudyStore
import Synchronization
import TestSupport
import Testing
import Wire

/// The socket at which people see and steer a study.
@Suite struct ControlServerTests {
    static let status = CoordinatorStatus.sample

    /// A coordinator's loop that has nothing else to do, in a thread of its own.
    final class Loop: Sendable {
        private struct State {
            var isStopped = false
            var hasEnded = false
            var acts: [ControlRequest.Kind] = []
            var rounds = 0
        }

        private let state = Mutex(State())
        let folder: StudyFolder

        init(_ path: String) throws {
            folder = StudyFolder(path)
            try folder.create()
            let (sending, folder) = (DispatchSemaphore(value: 0), self.folder)
            Thread.detachNewThread { [self] in
                let server = try? ControlServer(folder)
                sending.signal()
                while !state.withLock({ $0.isStopped }) {
                    server?.serve(status: { ControlServerTests.status }) { kind in
                        state.withLock { $0.acts.append(kind) }
                    }
                    state.withLock { $0.rounds += 1 }
                    usleep(1000)
                }
                server?.close()
                state.withLock { $0.hasEnded = true }
            }
            sending.wait()
        }

        var acts: [ControlRequest.Kind] { state.withLock { $0.acts } }
        var rounds: Int { state.withLock { $0.rounds } }
        var hasEnded: Bool { state.withLock { $0.hasEnded } }
        func stop() { state.withLock { $0.isStopped = true } }
        deinit { stop() }
    }

    @Test func answersAndActs() throws {
        let folder = try TemporaryDirectory()
        let loop = try Loop(folder.file("study"))
        defer { loop.stop() }
        let client = try ControlClient(loop.folder)
        #expect(try client.ask(.status) == .status(Self.status))
        #expect(try client.ask(.pause) == .accepted)
        #expect(try client.ask(.unpause) == .accepted)
        #expect(try client.ask(.stop) == .accepted)
        #expect(loop.acts == [.pause, .unpause, .stop])
    }

    /// The path of a Unix socket has at most 107 bytes.
    @Test func aStudyMayLieDeep() throws {
        let folder = try TemporaryDirectory()
        let loop = try Loop(folder.file(String(repeating: "deep-folder/", count: 20) + "study"))
        defer { loop.stop() }
        #expect(try ControlClient(loop.folder).ask(.status) == .status(Self.status))
    }

    @Test func onlyTheOwnerMaySteer() throws {
        let folder = try TemporaryDirectory()
        let loop = try Loop(folder.file("study"))
        defer { loop.stop() }
        var status = stat()
        try #require(stat("\(loop.folder.path)/control", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func nobodyIsRecognisedAtOnce() async throws {
        let folder = try TemporaryDirectory()
        let study = StudyFolder(folder.file("study"))
        try study.create()
        #expect(throws: ControlError.nobody(folder: study.path)) { try ControlClient(study) }

        // A dead coordinator leaves its socket; nobody listens there.
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: "\(study.path)/control".utf8.prefix(107))
        }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(code == 0)
        close(dead)
        let began = ContinuousClock.now
        #expect(throws: ControlError.nobody(folder: study.path)) { try ControlClient(study) }
        #expect(.now - began < .seconds(1))

        // The next coordinator replaces it, and takes its own away.
        let loop = try Loop(study.path)
        #expect(try ControlClient(study).ask(.status) == .status(Self.status))
        loop.stop()
        try await eventually {
            loop.hasEnded
        } last: {
            "\(loop.rounds)"
        }
        #expect(!FileManager.default.fileExists(atPath: "\(study.path)/control"))
        #expect(throws: ControlError.nobody(folder: study.path)) { try ControlClient(study) }
    }

    @Test func aFolderThatIsNotThereIsAnError() {
        #expect(throws: ControlError.system("open", folder: "/nonexistent/study", code: ENOENT)) {
            try ControlClient(StudyFolder("/nonexistent/study"))
        }
    }

    /// It asks 100,000 times and never reads: the loop goes round, others are answered, and no memory is lost.
    @Test func anObserverThatNeverReadsHoldsNobodyUp() async throws {
        let folder = try TemporaryDirectory()
        let loop = try Loop(folder.file("study"))
        defer { loop.stop() }
        _ = try ControlClient(loop.folder).ask(.status)
        let rounds = loop.rounds

        var options = SocketOptions()
        options.sendQueue = 100_000
        options.receiveQueue = 1
        let silent = try Socket(Context(), .dealer, options: options)
        try silent.connect(Endpoint("ipc://\(loop.folder.path)/control"))
        let request = try PortableJSON.encode(ControlRequest(.status))
        var sent = 0
        let deadline = ContinuousClock.now + .seconds(60)
        while sent < 100_000, .now < deadline {
            if try silent.send([request]) == .sent { sent += 1 } else { sched_yield() }
        }
        #expect(sent == 100_000)

        // The loop goes on for a second; one without bounds would have answered them all by then, and kept the answers.
        let sentAfter = loop.rounds
        try await eventually {
            loop.rounds > sentAfter + 1000
        } last: {
            loop.rounds - sentAfter
        }

        let asked = ContinuousClock.now
        #expect(try ControlClient(loop.folder).ask(.status) == .status(Self.status))
        #expect(.now - asked < .seconds(3))
        #expect(sentAfter > rounds)
    }

    /// Nonsense is answered, or ignored; it harms nobody.
    @Test func nonsenseIsNoHarm() throws {
        let folder = try TemporaryDirectory()
        let loop = try Loop(folder.file("study"))
        defer { loop.stop() }
        let odd = try Socket(Context(), .dealer)
        try odd.connect(Endpoint("ipc://\(loop.folder.path)/control"))
        var poller = Poller()
        poller.watch(odd, for: .writable)
        _ = try poller.wait(atMost: .seconds(5))
        _ = try odd.send([Array("{}".utf8)])
        _ = try odd.send([[1, 2, 3], [4]])
        _ = try odd.send([[UInt8](repeating: 0, count: 2000)])
        poller.watch(odd, for: .readable)
        #expect(try poller.wait(atMost: .seconds(5)))
        let answer = try #require(try odd.receive()?.last)
        let reply = try PortableJSON.decode(ControlReply.self, from: answer)
        guard case .refused(let reason) = reply else {
            throw ControlError.misunderstood(folder: "", reason: "\(reply)")
        }
        #expect(reason.contains("status, pause, unpause, stop"))
        #expect(try ControlClient(loop.folder).ask(.status) == .status(Self.status))
        #expect(loop.acts == [])
    }
}

extension CoordinatorStatus {
    static let sample = CoordinatorStatus(
        generation: 3, isPaused: false, draining: nil, diskTrouble: nil,
        trials: .init(waiting: 12, running: 2, completed: 30, failed: 1),
        workers: [
            .init(
                worker: "alpha-4711-ab12cd34", host: "alpha", tags: ["gpu"], slots: 2, freeSlots: 0, silentSeconds: 0.3,
                isSuspect: false, isDistrusted: false,
                running: [
                    .init(
                        id: AttemptID(trial: 41, attempt: 1), epoch: 3, step: 120, steps: 375, patienceLeft: 4),
                    .init(
                        id: AttemptID(trial: 42, attempt: 2), epoch: 1, step: 12, steps: 375, patienceLeft: nil,
                        stage: "teacher"),
                ]),
            .init(
                worker: "beta-99-12ab", host: "beta", tags: [], slots: 1, freeSlots: 1, silentSeconds: 4.2,
                isSuspect: true, isDistrusted: true, running: []),
        ],
        orphans: [.init(id: AttemptID(trial: 17, attempt: 2), secondsLeft: 12.5)], checkpointBytes: 120_000_000)
}
