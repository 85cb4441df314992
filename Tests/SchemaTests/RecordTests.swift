import Experiments
import Schema
import Studies
import TestSupport
import Testing

/// What the journal holds.
@Suite struct RecordTests {
    private static let study = StudyID(0x1F_1234_5678_9ABC)
    private static let id = AttemptID(study: study, trial: 3, attempt: 2)
    private static let file = StoredFile(
        kind: .last, epoch: 7, size: 1 << 40, sha256: String(repeating: "0f", count: 32), bestEpoch: 5)

    private static let created = JournalRecord.TrialCreated(
        trial: 3, point: 2, replicate: 1, seed: .max,
        assignment: [
            .init(path: "optimizer.learning_rate", value: .double(0.1.nextUp)), .init(path: "a", value: .int(.min)),
            .init(path: "b", value: .bool(false)), .init(path: "c", value: .string("none")),
        ], from: 0)

    private static func decision(_ decision: Decision) -> JournalRecord {
        .decided(.init(decision, reason: "why", unix: 1.25))
    }

    private static func end(_ reason: JournalRecord.AttemptEnded.Reason, _ process: ProcessEnd?) -> JournalRecord {
        .attemptEnded(
            .init(id: id, reason: reason, detail: process == nil ? nil : "gone", process: process, unix: 1.25))
    }

    static let records: [JournalRecord] = [
        .studyCreated(
            .init(id: study, identity: "ä", dataDigest: "ab", folder: "/a", program: "winnow", unix: 1.25)),
        .studyCreated(.init(id: study, identity: "", dataDigest: "", program: "", unix: 0)),
        decision(.create(created)), decision(.finish), decision(.pause(trial: 3, after: 4)),
        decision(.resume(trial: 3, until: nil)), decision(.resume(trial: 3, until: 9)), decision(.stop(trial: 3)),
        .attemptStarted(.init(id: id, worker: "h-1-1", fromEpoch: 6, unix: 1.25)),
        .epochFinished(
            Row(
                id: id, epoch: 7, elapsedSeconds: 2.5, learningRate: 0, metrics: [0, 2, 31],
                values: [.infinity, -0.0, .leastNonzeroMagnitude], named: ["b": 1, "a": .leastNormalMagnitude])),
        .epochFinished(Row(id: id, epoch: 8, metrics: [:], learningRate: nil, elapsedSeconds: 0)),
        .fileStored(.init(id: id, file: file)),
        .fileRemoved(.init(trial: 3, kind: .best, unix: 1.25)),
        .fileRemoved(.init(trial: 3, kind: .last, reason: .budget, unix: 1.25)),
        .fileRemoved(.init(trial: 3, kind: .last, reason: .damaged, unix: 1.25)),
        .fileRemoved(.init(trial: 3, kind: .last, reason: .finished, unix: 1.25)),
        end(.lost, .init(signal: 9, isMemoryKill: true)), end(.hung, .init(exitCode: 0)), end(.undelivered, nil),
        end(.handedBack, nil), end(.orphaned, nil), end(.revoked, nil),
        .trialFinished(
            .init(
                outcome: .init(
                    id: id, state: .completed, stopReason: .earlyStopping, stopEpoch: 8, wouldHaveStoppedAt: 6,
                    testMetrics: ["test_loss": -.infinity],
                    confusion: ["test": ConfusionMatrix(classes: ["a", "b"], counts: [1, 0, 0, 2])],
                    reliability: ["validation": .init(bins: [.init(count: 4, right: 1, confidence: 3.5)])],
                    pseudoLabels: .init(offered: 4, kept: 3, known: 2, right: 1)), unix: 1.25)),
        .trialFinished(.init(outcome: .init(id: id, state: .completed, stopReason: .decision, stopEpoch: 1), unix: 0)),
        .trialFinished(.init(outcome: .failed(id, after: 7, "it \"broke\""), unix: 1.25)),
        .trialReopened(.init(trial: 3, unix: 1.25)), .trialRetried(.init(trial: 3, unix: 1.25)),
        .workerJoined(.init(worker: "h-1-1", environment: ["onednn": "2.6.3"], unix: 1.25)),
        .coordinatorStarted(.init(generation: 4, host: "h", program: "winnow", unix: 1.25)),
        .studyPaused(.init(paused: true, unix: 1.25)), .studyPaused(.init(paused: false, unix: 1.25)),
    ]

    @Test(arguments: records)
    func survives(_ record: JournalRecord) throws {
        let (study, read) = try JournalRecord.decode(record.encoded(of: Self.study))
        #expect(study == Self.study && read == record)
    }

    /// No two kinds of value are spelled alike: 1 and 1.0 are told apart.
    @Test func typesStayApart() throws {
        for value: ParameterValue in [.int(1), .double(1), .bool(true), .string("1")] {
            let created = JournalRecord.TrialCreated(
                trial: 0, point: 0, replicate: 0, seed: 0, assignment: [.init(path: "p", value: value)])
            let (_, read) = try JournalRecord.decode(JournalRecord.trialCreated(created).encoded(of: .none))
            #expect(read == .trialCreated(created))
        }
    }

    /// What a newer program has written is told from what is damaged.
    @Test func aKindOfANewerProgramIsToldByItsNumber() throws {
        var bytes: [UInt8] = [0x09] + Array(repeating: 0, count: 8)
        #expect(throws: RecordError.malformed("no kind")) { try JournalRecord.decode(bytes) }
        // Field 40, empty.
        bytes += [0xC2, 0x02, 0x00]
        #expect(throws: RecordError.unknown(kind: "field 40")) { try JournalRecord.decode(bytes) }
    }

    @Test func whatIsNoRecordThrows() {
        for bytes: [UInt8] in [[], [0x09], Array("{\"kind\":\"epoch\"}".utf8), Array(repeating: 0xFF, count: 40)] {
            #expect(throws: RecordError.self) { try JournalRecord.decode(bytes) }
        }
    }

    /// A damaged byte is an error or another record, never a trap.
    @Test(arguments: SeededCases(20))
    func damagedRecordsAreRead(_ testCase: SeededCase) {
        var random = testCase.random
        for record in Self.records {
            var bytes = record.encoded(of: Self.study)
            for _ in 0..<20 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                _ = try? JournalRecord.decode(bytes)
            }
        }
    }

    @Test func isOneLineOfJSON() {
        let row = JournalRecord.epochFinished(
            Row(id: Self.id, epoch: 7, elapsedSeconds: 2.5, learningRate: nil, metrics: [0], values: [.nan], named: [:])
        )
        #expect(
            row.json(of: Self.study)
                == #"{"study":8745740276374204,"row":{"trial":3,"attempt":2,"epoch":7,"elapsed_s":2.5,"#
                + #""metrics":[0],"values":["NaN"]}}"#)
    }
}
