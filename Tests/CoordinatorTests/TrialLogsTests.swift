import Coordinator
import Experiments
import Studies
import Foundation
import StudyStore
import TestSupport
import Testing

/// What is recorded of a trial stands in its `log.txt`.
@Suite struct TrialLogsTests {
    private let directory: TemporaryDirectory
    private let folder: StudyFolder

    init() throws {
        directory = try TemporaryDirectory()
        folder = StudyFolder(directory.file("study"))
        try folder.create()
    }

    private func lines(_ trial: Int) throws -> [String] {
        try String(contentsOfFile: folder.logPath(trial: trial), encoding: .utf8).split(separator: "\n").map(
            String.init)
    }

    @Test func tellsATrialsWholeLife() throws {
        let logs = TrialLogs(folder)
        let (first, second) = (AttemptID(trial: 3, attempt: 1), AttemptID(trial: 3, attempt: 2))
        let records: [JournalRecord] = [
            .attemptStarted(.init(id: first, worker: "alpha-1-a", fromEpoch: 0, unix: 0)),
            .epochFinished(.sample(first, epoch: 1)),
            .fileStored(.init(id: first, file: .init(kind: .last, epoch: 1, size: 4711, sha256: ""))),
            .epochFinished(.sample(first, epoch: 2)),
            .attemptEnded(.init(id: first, reason: .lost, detail: "silent for 15 s", unix: 0)),
            .attemptStarted(.init(id: second, worker: "beta-2-b", fromEpoch: 1, unix: 0)),
            .epochFinished(.sample(second, epoch: 2)),
            .trialFinished(
                .init(
                    outcome: .init(
                        id: second, state: .completed, stopReason: .budget, stopEpoch: 2,
                        testMetrics: ["test_loss": 0.5]), unix: 0)),
            .fileRemoved(.init(trial: 3, kind: .last, reason: .budget, unix: 0)),
            .trialReopened(.init(trial: 3, unix: 0)),
            .trialFinished(
                .init(
                    outcome: .init(id: second, state: .completed, stopReason: .earlyStopping, stopEpoch: 4), unix: 0)),
            .trialRetried(.init(trial: 3, unix: 0)),
        ]
        for (number, record) in records.enumerated() {
            logs.note(record, unix: 1_795_660_408)
            if number == 3 { logs.flush() }
        }
        logs.note(.epochFinished(.sample(AttemptID(trial: 4, attempt: 1), epoch: 1)), unix: 0)
        logs.flush()
        let told = try lines(3)
        #expect(told.allSatisfy { $0.hasPrefix("2026-11-26T02:33:28Z ") })
        #expect(
            told.map { String($0.dropFirst(21)) } == [
                "attempt 1 on alpha-1-a begins at epoch 1",
                "epoch 1: train_loss 0.25 learning_rate 0.001 elapsed_s 1.5",
                "last.h5 of epoch 1 is stored (4711 bytes)",
                "epoch 2: train_loss 0.25 learning_rate 0.001 elapsed_s 1.5",
                "attempt 1 ends (lost): silent for 15 s",
                "attempt 2 on beta-2-b goes on after epoch 1, from its checkpoint",
                "epoch 2: train_loss 0.25 learning_rate 0.001 elapsed_s 1.5",
                "completed after epoch 2 (the budget): test_loss 0.5",
                "last.h5 is removed: the checkpoints' budget is used up",
                "goes on: the experiment now asks for more epochs",
                "completed after epoch 4 (early stopping)",
                "is let try again: winnow retry",
            ])
        #expect(try lines(4).count == 1)
    }

    @Test func nothingIsLostUnderLoad() throws {
        let logs = TrialLogs(folder)
        for epoch in 1...2000 {
            for trial in 0..<10 {
                logs.note(.epochFinished(.sample(AttemptID(trial: trial, attempt: 1), epoch: epoch)), unix: 0)
            }
            logs.flushIfDue()
        }
        logs.flush()
        for trial in 0..<10 {
            #expect(try lines(trial).map { $0.split(separator: " ")[2] } == (1...2000).map { "\($0):" })
        }
        #expect(logs.drainComplaint() == nil)
    }

    /// A worker's own words are in a trial's log too; they must not look like other lines.
    @Test func anErrorOfManyLinesIsOneLine() throws {
        let logs = TrialLogs(folder)
        logs.note(
            .trialFinished(
                .init(
                    outcome: .init(
                        id: AttemptID(trial: 0, attempt: 1), state: .failed, stopReason: .error, stopEpoch: 1,
                        error: "one\ntwo\u{1B}[2J"), unix: 0)), unix: 0)
        logs.flush()
        #expect(try lines(0) == ["1970-01-01T00:00:00Z failed after epoch 1: one two [2J"])
    }

    @Test func aLineIsThereSoon() async throws {
        let logs = TrialLogs(folder)
        logs.note(.epochFinished(.sample(AttemptID(trial: 0, attempt: 1), epoch: 1)), unix: 0)
        try await eventually {
            logs.flushIfDue()
            return FileManager.default.fileExists(atPath: folder.logPath(trial: 0))
        } last: {
            "no line"
        }
    }

    /// A limit on the size of files stands in for a full disk; it binds the whole process, hence one of its own.
    @Test func noHalfLineIsLeftByAFullDisk() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let folder = StudyFolder(directory.path)
            let logs = TrialLogs(folder)
            func write(_ epoch: Int) {
                logs.note(.epochFinished(.sample(AttemptID(trial: 0, attempt: 1), epoch: epoch)), unix: 0)
                logs.flush()
            }
            func text() throws -> String { try String(contentsOfFile: folder.logPath(trial: 0), encoding: .utf8) }
            write(1)
            let before = try text()
            let limit = try FileSizeLimit(bytes: before.utf8.count + 20)
            write(2)
            #expect(try text() == before)
            #expect(logs.drainComplaint()?.contains("File too large") == true)
            limit.lift()
            write(3)
            #expect(try text() == before + before.replacing("epoch 1:", with: "epoch 3:"))
        }
    }

    @Test func whatTheDiskDoesNotTakeIsSaidOnce() throws {
        // A file where the trials' folder should be.
        try directory.write("", to: "study/trials")
        let logs = TrialLogs(folder)
        for epoch in 1...3 {
            logs.note(.epochFinished(.sample(AttemptID(trial: 0, attempt: 1), epoch: epoch)), unix: 0)
            logs.flush()
        }
        let complaint = try #require(logs.drainComplaint())
        #expect(complaint.contains("trials"))
        #expect(logs.drainComplaint() == nil)
    }
}

extension Row {
    fileprivate static func sample(_ id: AttemptID, epoch: Int) -> Row {
        Row(id: id, epoch: epoch, metrics: ["train_loss": 0.25], learningRate: 0.001, elapsedSeconds: 1.5)
    }
}
