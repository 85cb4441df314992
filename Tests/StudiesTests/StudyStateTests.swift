import Experiments
import Studies
import Testing

struct StudyStateTests {
    private let first = AttemptID(trial: 0, attempt: 1)
    private let second = AttemptID(trial: 0, attempt: 2)

    @Test func lifeOfATrialIsTheSumOfItsRecords() throws {
        var state = try StudyState(summing: [.study, .trial(0), .trial(1)])
        #expect(state.created?.identity == "digits")
        #expect(state.trials.map(\.number) == [0, 1])
        #expect(state.trials[0].phase == .waiting)

        try state.apply(.start(first, unix: 10))
        try state.apply(.epoch(first, 1, loss: 0.5))
        try state.apply(.store(first, .best, epoch: 1))
        #expect(state.trials[0].phase == .running)
        #expect(state.trials[0].worker == "w1")
        #expect(state.trials[0].started == 10)
        #expect(state.trials[0].best?.epoch == 1)
        #expect(state.trials[1] == TrialState.fresh(1))

        try state.apply(.finish(first, .completed, unix: 20))
        #expect(state.trials[0].phase == .completed)
        #expect(state.trials[0].isOver)
        #expect(state.trials[0].finished == 20)
        #expect(state.trials[0].outcome?.stopEpoch == 1)
    }

    @Test func newAttemptSupersedesRowsAndFilesAfterItsStart() throws {
        var state = try StudyState(summing: [
            .study, .trial(0), .start(first, unix: 1), .epoch(first, 1, loss: 3), .epoch(first, 2, loss: 2),
            .store(first, .last, epoch: 2), .epoch(first, 3, loss: 1), .store(first, .best, epoch: 3),
            .end(first, .lost),
        ])
        #expect(state.trials[0].phase == .waiting)
        try state.apply(.start(second, from: 2, unix: 5))
        #expect(state.trials[0].history.map(\.epoch) == [1, 2])
        #expect(state.trials[0].last?.epoch == 2)
        #expect(state.trials[0].best == nil, "the best file is of an epoch that is trained again")
        #expect(state.trials[0].started == 1)
        try state.apply(.epoch(second, 3, loss: 0.5))
        #expect(state.trials[0].history.map(\.id.attempt) == [1, 1, 2])
    }

    @Test(arguments: [
        (JournalRecord.AttemptEnded.Reason.lost, 1), (.handedBack, 0), (.orphaned, 0),
    ])
    func onlyLostAttemptsCountAsFailed(_ reason: JournalRecord.AttemptEnded.Reason, _ count: Int) throws {
        let state = try StudyState(summing: [.study, .trial(0), .start(first), .end(first, reason)])
        #expect(state.trials[0].lostAttempts == count)
        #expect(state.trials[0].phase == .waiting)
    }

    @Test func reopenedTrialGoesOn() throws {
        var state = try StudyState(summing: [
            .study, .trial(0), .start(first), .epoch(first, 1, loss: 1), .store(first, .last, epoch: 1),
            .finish(first, .completed), .reopen(0),
        ])
        #expect(state.trials[0].phase == .waiting)
        #expect(state.trials[0].outcome == nil)
        #expect(state.trials[0].finished == nil)
        try state.apply(.start(second, from: 1))
        try state.apply(.epoch(second, 2, loss: 0.5))
        #expect(state.trials[0].history.count == 2)
    }

    @Test func aRetriedTrialGoesOnAndItsPastStays() throws {
        var state = try StudyState(summing: [
            .study, .trial(0), .start(first), .end(first, .lost), .start(second), .epoch(second, 1, loss: 1),
            .store(second, .last, epoch: 1), .finish(second, .failed), .retry(0),
        ])
        #expect(state.trials[0].phase == .waiting && state.waiting.contains(0) && !state.isOver)
        #expect(state.trials[0].outcome == nil && state.trials[0].finished == nil)
        #expect(state.trials[0].last?.epoch == 1 && state.trials[0].history.count == 1)
        #expect(state.trials[0].lostAttempts == 1 && state.trials[0].countedFailures == 0)
        let third = AttemptID(trial: 0, attempt: 3)
        try state.apply(.start(third, from: 1))
        try state.apply(.end(third, .lost))
        #expect(state.trials[0].lostAttempts == 2 && state.trials[0].countedFailures == 1)
    }

    @Test(arguments: Contradiction.all)
    func contradictionThrowsAndChangesNothing(_ contradiction: Contradiction) throws {
        var state = try StudyState(summing: contradiction.before)
        let before = state
        let error = #expect(throws: JournalContradiction.self) { try state.apply(contradiction.record) }
        #expect(error?.description == contradiction.words)
        #expect(state == before)
    }
}

/// A record that cannot follow those before it.
struct Contradiction: CustomTestStringConvertible, Sendable {
    var before: [JournalRecord]
    var record: JournalRecord
    var words: String

    var testDescription: String { words }

    static let all: [Contradiction] = {
        let first = AttemptID(trial: 0, attempt: 1)
        let second = AttemptID(trial: 0, attempt: 2)
        let waiting: [JournalRecord] = [.study, .trial(0)]
        let running = waiting + [.start(first), .epoch(first, 1, loss: 1)]
        let completed = running + [.finish(first, .completed)]
        let failed = running + [.finish(first, .failed)]
        let lost = running + [.end(first, .lost)]
        let notRunning = "trial 0, attempt 1 is not the running one"
        return [
            Contradiction(before: waiting, record: .study, words: "the study was created twice"),
            Contradiction(before: waiting, record: .trial(0), words: "trial 0 was created after 1 trials"),
            Contradiction(before: waiting, record: .trial(2), words: "trial 2 was created after 1 trials"),
            Contradiction(
                before: waiting, record: .start(AttemptID(trial: 1, attempt: 1)), words: "there is no trial 1"),
            Contradiction(before: waiting, record: .reopen(-1), words: "there is no trial -1"),
            Contradiction(before: waiting, record: .start(second), words: "trial 0, attempt 2 was started out of turn"),
            Contradiction(before: running, record: .start(second), words: "trial 0, attempt 2 was started out of turn"),
            Contradiction(
                before: completed, record: .start(second), words: "trial 0, attempt 2 was started out of turn"),
            Contradiction(before: lost, record: .start(first), words: "trial 0, attempt 1 was started out of turn"),
            Contradiction(
                before: lost, record: .start(second, from: 2),
                words: "trial 0, attempt 2 starts after epoch 2, but 1 are known"),
            Contradiction(
                before: lost, record: .start(second, from: -1),
                words: "trial 0, attempt 2 starts after epoch -1, but 1 are known"),
            Contradiction(before: waiting, record: .epoch(first, 1, loss: 1), words: notRunning),
            Contradiction(before: lost, record: .epoch(first, 2, loss: 1), words: notRunning),
            Contradiction(before: lost + [.start(second)], record: .epoch(first, 1, loss: 1), words: notRunning),
            Contradiction(
                before: running, record: .epoch(first, 1, loss: 1), words: "trial 0, attempt 1 has epoch 1 after 1"),
            Contradiction(
                before: running, record: .epoch(first, 3, loss: 1), words: "trial 0, attempt 1 has epoch 3 after 1"),
            Contradiction(before: lost, record: .store(first, .last, epoch: 1), words: notRunning),
            Contradiction(before: lost, record: .end(first, .lost), words: notRunning),
            Contradiction(before: completed, record: .end(first, .lost), words: notRunning),
            Contradiction(before: completed, record: .finish(first, .failed), words: notRunning),
            Contradiction(
                before: running, record: .reopen(0), words: "trial 0 was reopened, but had not been completed"),
            Contradiction(
                before: completed, record: .retry(0), words: "trial 0 was to be tried again, but had not failed"),
            Contradiction(
                before: failed + [.retry(0)], record: .retry(0),
                words: "trial 0 was to be tried again, but had not failed"),
            Contradiction(before: failed, record: .retry(7), words: "there is no trial 7"),
            Contradiction(
                before: failed, record: .reopen(0), words: "trial 0 was reopened, but had not been completed"),
        ]
    }()
}
