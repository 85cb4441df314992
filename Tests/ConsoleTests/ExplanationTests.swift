import Console
import Experiments
import Studies
import Foundation
import Testing

/// What happened to a trial, in sentences.
@Suite struct ExplanationTests {
    static let first = AttemptID(trial: 0, attempt: 1)
    static let second = AttemptID(trial: 0, attempt: 2)
    static let begin = 1_795_660_408.0

    static func epoch(_ id: AttemptID, _ epoch: Int) -> JournalRecord {
        .epochFinished(.init(id: id, epoch: epoch, metrics: [:], learningRate: 0.1, elapsedSeconds: 1))
    }

    /// A worker is killed after its third epoch, of which only the first was saved; the coordinator is restarted.
    static let records: [JournalRecord] = [
        .studyCreated(.init(identity: "", dataDigest: "", program: "", unix: begin)),
        .coordinatorStarted(.init(generation: 1, host: "alpha", program: "", unix: begin)),
        .trialCreated(
            .init(
                trial: 0, point: 0, replicate: 0, seed: 77,
                assignment: Assignment([.init(path: "optimizer.learning_rate", value: .double(0.01))]))),
        .trialCreated(.init(trial: 1, point: 1, replicate: 0, seed: 78, assignment: [])),
        .workerJoined(.init(worker: "beta-1-a", environment: ["host": "beta"], unix: begin)),
        .attemptStarted(.init(id: first, worker: "beta-1-a", fromEpoch: 0, unix: begin + 1)),
        epoch(first, 1),
        .fileStored(.init(id: first, file: .init(kind: .best, epoch: 1, size: 10, sha256: ""))),
        .fileStored(.init(id: first, file: .init(kind: .last, epoch: 1, size: 20, sha256: ""))),
        epoch(first, 2),
        .coordinatorStarted(.init(generation: 2, host: "alpha", program: "", unix: begin + 5)),
        epoch(first, 3),
        .attemptEnded(.init(id: first, reason: .lost, detail: "silent for 15 s", unix: begin + 20)),
        .studyPaused(.init(paused: true, unix: begin + 21)),
        .studyPaused(.init(paused: false, unix: begin + 22)),
        .attemptStarted(.init(id: second, worker: "gamma-2-b", fromEpoch: 1, unix: begin + 23)),
        epoch(second, 2), epoch(second, 3), epoch(second, 4),
        .trialFinished(
            .init(
                outcome: .init(id: second, state: .completed, stopReason: .earlyStopping, stopEpoch: 4),
                unix: begin + 60)),
    ]

    @Test func tellsOfAKilledWorker() throws {
        setenv("TZ", "UTC", 1)
        tzset()
        let story = try #require(try TrialStory(of: 0, in: Self.records))
        #expect(
            Explanation(story, columns: nil).text() == """
                trial 0: completed, 2 attempts
                  optimizer.learning_rate: 0.01
                  the study was begun 2026-11-26 02:33:28 UTC; the trial's seed is 77

                attempt 1 on beta-1-a: started 02:33:29
                  began at epoch 1
                  finished epochs 1 to 3; stored best.h5 once, the newest of epoch 1; stored last.h5 once, the newest of epoch 1
                  02:33:33 a new coordinator (generation 2, on alpha) took the study over; the trial was still running
                  ended 02:33:48, after 19 s (lost): silent for 15 s; this counts as a \
                failed attempt

                02:33:49 the study was paused

                02:33:50 the study went on after a pause

                attempt 2 on gamma-2-b: started 02:33:51, 3.0 s later
                  went on after epoch 1, from its last checkpoint; epochs 2 to 3 of before had not been saved, and were \
                trained again
                  finished epochs 2 to 4
                  completed 02:34:28, after 37 s

                It is completed: trained to epoch 4 (early stopping).

                """)
    }

    @Test(arguments: [30, 50, 80])
    func keepsToNarrowTerminals(_ columns: Int) throws {
        let story = try #require(try TrialStory(of: 0, in: Self.records))
        for line in Explanation(story, columns: columns).text().split(separator: "\n") {
            #expect(line.count <= columns, "\(line)")
        }
    }

    @Test func aTrialThatNeverRanHasAShortStory() throws {
        let story = try #require(try TrialStory(of: 1, in: Self.records))
        #expect(story.attempts.isEmpty)
        let text = Explanation(story, columns: nil).text()
        #expect(text.hasPrefix("trial 1: waiting, never started\n"))
        #expect(text.hasSuffix("It waits for its first worker.\n"))
        #expect(try TrialStory(of: 2, in: Self.records) == nil)
    }

    /// A checkpoint in mid-epoch knows of no whole epoch, and is one to go on from all the same.
    @Test(arguments: [true, false])
    func aTrialSavedInItsFirstEpochGoesOnWithinIt(_ isSaved: Bool) throws {
        let saved = JournalRecord.fileStored(
            .init(id: Self.first, file: .init(kind: .last, epoch: 0, size: 20, sha256: "")))
        let records =
            Self.records[..<6] + (isSaved ? [saved] : []) + [
                .attemptEnded(.init(id: Self.first, reason: .handedBack, unix: Self.begin + 2)),
                .attemptStarted(.init(id: Self.second, worker: "gamma-2-b", fromEpoch: 0, unix: Self.begin + 3)),
                .attemptEnded(.init(id: Self.second, reason: .handedBack, unix: Self.begin + 4)),
            ]
        let text = Explanation(try #require(try TrialStory(of: 0, in: Array(records))), columns: nil).text()
        #expect(text.contains("went on within epoch 1, from its last checkpoint") == isSaved)
        #expect(text.contains("began again at epoch 1: there was no checkpoint") != isSaved)
        #expect(text.hasSuffix(isSaved ? "will go on within epoch 1.\n" : "will begin again at epoch 1.\n"))
    }

    @Test func theDocumentSaysTheSame() throws {
        let story = try #require(try TrialStory(of: 0, in: Self.records))
        let data = try JSONEncoder().encode(story.json)
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let attempts = try #require(document["attempts"] as? [[String: Any]])
        #expect(attempts.map { $0["end"] as? String } == ["lost", "completed"])
        #expect(attempts.map { $0["fromEpoch"] as? Int } == [0, 1])
        #expect(attempts.map { $0["host"] as? String } == ["beta", nil])
        #expect(attempts[1]["supersededFrom"] as? Int == 2 && attempts[1]["supersededTo"] as? Int == 3)
        #expect((attempts[0]["checkpoints"] as? [Any])?.count == 2)
        #expect((attempts[0]["notes"] as? [[String: Any]])?.map { $0["kind"] as? String } == ["coordinator_started"])
    }
}
