import Coordinator
import Experiments
import Studies
import Foundation
import Glibc
import Messaging
import StudyStore
import Synchronization
import TestSupport
import Testing
import Schema

/// The socket at which people see and steer a study.
@Suite struct ControlServerTests {
    private let status = CoordinatorStatus.sample

    @Test func answersAndActs() throws {
        let folder = try TemporaryDirectory()
        let loop = try ControlLoop(folder.file("study"))
        defer { loop.stop() }
        let client = try ControlClient(loop.folder)
        #expect(try client.ask(.status, within: .seconds(60)) == .status(status))
        #expect(try client.ask(.pause, within: .seconds(60)) == .accepted)
        #expect(try client.ask(.unpause, within: .seconds(60)) == .accepted)
        #expect(try client.ask(.stop, within: .seconds(60)) == .accepted)
        #expect(loop.acts == [.pause, .unpause, .stop])
    }

    @Test func aRequestNamesTrialsAndMayBeRefused() throws {
        let folder = try TemporaryDirectory()
        let loop = try ControlLoop(folder.file("study"))
        defer { loop.stop() }
        let client = try ControlClient(loop.folder)
        let most = ControlRequest(.retry, trials: Array(repeating: Int(Int32.max), count: ControlRequest.mostTrials))
        #expect(try client.ask(most, within: .seconds(60)) == .accepted)
        #expect(loop.requests == [most])
        #expect(
            throws: ControlError.refused(folder: loop.folder.path, reason: "thirteen is never tried again")
        ) {
            try client.ask(ControlRequest(.retry, trials: [13]), within: .seconds(60))
        }
    }

    /// Whoever has paused a study sees it paused, however young the last status is.
    @Test func aStatusIsNoOlderThanWhatWasDone() throws {
        let folder = try TemporaryDirectory()
        let loop = try ControlLoop(folder.file("study"))
        defer { loop.stop() }
        let client = try ControlClient(loop.folder)
        var paused = status
        paused.isPaused = true
        for _ in 0..<3 {
            #expect(try client.ask(.unpause, within: .seconds(60)) == .accepted)
            #expect(try client.ask(.status, within: .seconds(60)) == .status(status))
            #expect(try client.ask(.pause, within: .seconds(60)) == .accepted)
            #expect(try client.ask(.status, within: .seconds(60)) == .status(paused))
        }
    }

    /// Who asks all the time is answered at most every 20 ms, and a status is made at most every 200 ms.
    @Test func manyQuestionsCostLittle() throws {
        let folder = try TemporaryDirectory()
        let loop = try ControlLoop(folder.file("study"))
        defer { loop.stop() }
        let client = try ControlClient(loop.folder)
        let began = ContinuousClock.now
        for _ in 0..<15 { _ = try client.ask(.status, within: .seconds(60)) }
        let passed = ContinuousClock.now - began
        // Not 14 times 20: what comes while a turn lasts is answered in it.
        #expect(passed >= .milliseconds(100))
        #expect(loop.statuses <= 1 + Int(passed / .milliseconds(200)))
    }

    @Test func anEndWhileSomebodyWaitsIsNoticed() throws {
        let folder = StudyFolder(try TemporaryDirectory().path)
        try folder.create()
        let server = try ControlServer(folder)
        let client = try ControlClient(folder)
        server.close()
        #expect(throws: ControlError.nobody(folder: folder.path)) { try client.ask(.status, within: .seconds(60)) }
    }

    /// The path of a Unix socket has at most 107 bytes.
    @Test func aStudyMayLieDeep() throws {
        let folder = try TemporaryDirectory()
        let loop = try ControlLoop(folder.file(String(repeating: "deep-folder/", count: 20) + "study"))
        defer { loop.stop() }
        #expect(try ControlClient(loop.folder).ask(.status, within: .seconds(60)) == .status(status))
    }

    @Test func onlyTheOwnerMaySteer() throws {
        let folder = try TemporaryDirectory()
        let loop = try ControlLoop(folder.file("study"))
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
        #expect(throws: ControlError.nobody(folder: study.path)) { try ControlClient(study) }

        // The next coordinator replaces it, and takes its own away.
        let loop = try ControlLoop(study.path)
        #expect(try ControlClient(study).ask(.status, within: .seconds(60)) == .status(status))
        loop.stop()
        try await eventually {
            loop.hasEnded
        } last: {
            "\(loop.rounds)"
        }
        #expect(!FileManager.default.fileExists(atPath: "\(study.path)/control"))
        #expect(throws: ControlError.nobody(folder: study.path)) { try ControlClient(study) }
    }

    /// A connection may break when a request is on its way, and nobody tells.
    @Test func aRequestThatIsLostIsAskedAgain() throws {
        let folder = StudyFolder(try TemporaryDirectory().path)
        try folder.create()
        let askers = Mutex<Set<[UInt8]>>([])
        let isAnswered = Mutex(false)
        let listening = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            guard let socket = try? Socket(Context(), .router),
                let endpoint = try? Endpoint("ipc://\(folder.path)/control"), (try? socket.bind(endpoint)) != nil,
                let answer = try? PlainJSON.encode(ControlReply.accepted)
            else { return }
            listening.signal()
            var poller = Poller()
            poller.watch(socket)
            while !isAnswered.withLock({ $0 }) {
                _ = try? poller.wait(atMost: .milliseconds(20))
                guard let frames = try? socket.receive() else { continue }
                // The first request is forgotten.
                let isFirst = askers.withLock { askers in
                    defer { askers.insert(frames[0]) }
                    return askers.isEmpty
                }
                if !isFirst { _ = try? socket.send([frames[0], answer]) }
            }
        }
        listening.wait()
        defer { isAnswered.withLock { $0 = true } }
        #expect(try ControlClient(folder).ask(.pause, within: .seconds(60)) == .accepted)
        #expect(askers.withLock { $0.count } >= 2, "each on a connection of its own")
    }

    @Test func aFolderThatIsNotThereIsAnError() {
        #expect(throws: ControlError.system("open", folder: "/nonexistent/study", code: ENOENT)) {
            try ControlClient(StudyFolder("/nonexistent/study"))
        }
    }

    /// It asks 100,000 times and never reads: the loop goes round, others are answered before it has had its way, and no
    /// memory is lost.
    @Test func anObserverThatNeverReadsHoldsNobodyUp() async throws {
        let folder = try TemporaryDirectory()
        let loop = try ControlLoop(folder.file("study"))
        defer { loop.stop() }
        _ = try ControlClient(loop.folder).ask(.status, within: .seconds(60))
        let rounds = loop.rounds

        var options = SocketOptions()
        options.sendQueue = 100_000
        options.receiveQueue = 1
        let silent = try Socket(Context(), .dealer, options: options)
        try silent.connect(Endpoint("ipc://\(loop.folder.path)/control"))
        let request = try PlainJSON.encode(ControlRequest(.unpause))
        var sent = 0
        while sent < 100_000 {
            if try silent.send([request]) == .sent { sent += 1 } else { sched_yield() }
        }

        // The loop goes on; one without bounds would answer them all in a turn or two, and keep the answers.
        let sentAfter = loop.rounds
        #expect(sentAfter > rounds)
        try await eventually(timeout: .seconds(60)) {
            loop.rounds > sentAfter + 100
        } last: {
            loop.rounds - sentAfter
        }
        #expect(try ControlClient(loop.folder).ask(.status, within: .seconds(60)) == .status(status))
        #expect((1...64).contains(loop.mostActsAtOnce), "\(loop.mostActsAtOnce) requests were heeded in one turn")
    }

    /// Nonsense is answered, or ignored; it harms nobody.
    @Test func nonsenseIsNoHarm() throws {
        let folder = try TemporaryDirectory()
        let loop = try ControlLoop(folder.file("study"))
        defer { loop.stop() }
        let odd = try Socket(Context(), .dealer)
        try odd.connect(Endpoint("ipc://\(loop.folder.path)/control"))
        var poller = Poller()
        poller.watch(odd, for: .writable)
        _ = try poller.wait(atMost: .seconds(60))
        _ = try odd.send([Array("{}".utf8)])
        _ = try odd.send([[1, 2, 3], [4]])
        _ = try odd.send([[UInt8](repeating: 0, count: 2000)])
        poller.watch(odd, for: .readable)
        #expect(try poller.wait(atMost: .seconds(60)))
        let answer = try #require(try odd.receive()?.last)
        let reply = try PlainJSON.decode(ControlReply.self, from: answer)
        guard case .refused(let reason) = reply else {
            throw ControlError.misunderstood(folder: "", reason: "\(reply)")
        }
        #expect(reason.contains("status, pause, unpause, stop, retry"))
        #expect(try ControlClient(loop.folder).ask(.status, within: .seconds(60)) == .status(status))
        #expect(loop.acts == [])
    }
}
