import Console
import Coordinator
import Experiments
import Studies
import Foundation
import Logging
import Synchronization
import Testing

@Suite struct LogLineTests {
    private let line = LogLine(
        level: .warning, message: "worker \"a b\" is lost",
        metadata: [
            "trial": .stringConvertible(3), "worker": "a b", "study": "studies/mnist",
            "paused": .stringConvertible(true),
            "empty": "", "list": ["x", "y"],
        ], unix: 1_795_660_408.9)

    @Test func plainIsTheWordsAlone() {
        #expect(line.text(.plain) == "worker \"a b\" is lost")
    }

    @Test func textTellsWhenAndWhatItIsAbout() {
        #expect(
            line.text(.text)
                == #"2026-11-26T02:33:28Z warning worker "a b" is lost empty="" list="[\"x\", \"y\"]" paused=true "#
                + #"study=studies/mnist trial=3 worker="a b""#)
    }

    @Test func jsonIsOneObject() throws {
        let object = try JSONSerialization.jsonObject(with: Data(line.text(.json).utf8))
        let members = try #require(object as? [String: Any])
        #expect(members["time"] as? String == "2026-11-26T02:33:28Z")
        #expect(members["level"] as? String == "warning")
        #expect(members["message"] as? String == "worker \"a b\" is lost")
        #expect(members["trial"] as? Int == 3)
        #expect(members["paused"] as? Bool == true)
        #expect(members["worker"] as? String == "a b")
        #expect(members["list"] as? [String] == ["x", "y"])
    }

    /// What a worker says of itself may hold anything: it must not forge lines, or clear the screen.
    @Test(arguments: LogFormat.allCases)
    func whatOthersSayStaysOneLine(_ format: LogFormat) throws {
        let evil = LogLine(
            level: .error, message: "a\nb\r\u{1B}[2Jc\u{0}d", metadata: ["worker": "x\ny\u{1B}"], unix: 0)
        let text = evil.text(format)
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 32 })
        if format == .json {
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String]
            #expect(object?["message"] == "a\nb\r\u{1B}[2Jc\u{0}d")
        }
    }

    @Test func theHandlerMergesWhatItIsAbout() {
        final class Lines: Sendable {
            let all = Mutex<[String]>([])
        }
        let lines = Lines()
        var logger = Logger(label: "test") { _ in
            let stream = LineStream { line in lines.all.withLock { $0.append(line) } }
            return LineLog(format: .text, level: .info, clock: { 0 }, stream: stream)
        }
        logger[metadataKey: "study"] = "s"
        logger.info("one", metadata: ["trial": "1"])
        logger.debug("two")
        logger.error("three", metadata: ["study": "t"])
        #expect(
            lines.all.withLock { $0 } == [
                "1970-01-01T00:00:00Z info one study=s trial=1\n", "1970-01-01T00:00:00Z error three study=t\n",
            ])
    }

    @Test func eventsSayWhatTheyAreAbout() {
        let id = AttemptID(trial: 7, attempt: 2)
        let started = CoordinatorEvent.trialStarted(id, worker: "alpha-1-a", fromEpoch: 3)
        #expect(started.logLevel == .info)
        #expect(
            started.logMetadata.mapValues { "\($0)" } == [
                "trial": "7", "attempt": "2", "worker": "alpha-1-a", "from_epoch": "3",
            ])
        #expect(CoordinatorEvent.workerLost(worker: "w").logLevel == .warning)
        #expect(CoordinatorEvent.trialReturned(id, reason: .handedBack).logLevel == .notice)
        #expect(CoordinatorEvent.trialReturned(id, reason: .hung).logLevel == .warning)
        let crash = CoordinatorEvent.trialReturned(id, reason: .lost, process: ProcessEnd(signal: 11))
        #expect(crash.logMetadata["signal"]?.description == "11")
        #expect(crash.logMetadata["memory_killer"]?.description == "false")
        let ended = CoordinatorEvent.workerLost(worker: "w", process: ProcessEnd(exitCode: 2))
        #expect(ended.logMetadata["exit_code"]?.description == "2")
        #expect(CoordinatorEvent.diskTrouble("full").logLevel == .error)
    }
}
