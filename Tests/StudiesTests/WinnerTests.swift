import Experiments
import Studies
import Testing

struct WinnerTests {
    private let lowest = terms(.minimize)
    private let highest = terms(.maximize)

    private static func terms(
        _ goal: Goal, monitor: String = "validation_loss", epochs: Int = 1, seeds: Int = 1
    ) -> StudyTerms {
        StudyTerms(rule: .init(monitor: monitor, goal: goal), epochs: epochs, seeds: seeds, sampler: .random)
    }

    @Test func bestSelectedValueWinsTheLowestNumberOfEquals() throws {
        let state = try study([[5, 2, 9], [3, 2, 1], [1, 4], [.nan]])
        #expect(state.winner(lowest)?.number == 1)
        #expect(state.winner(highest)?.number == 0)
    }

    @Test func trialsThatAreNotCompletedCannotWin() throws {
        var state = try study([[5]])
        let id = AttemptID(trial: 1, attempt: 1)
        for record in [.trial(1), .start(id), .epoch(id, 1, loss: 1)] as [JournalRecord] { try state.apply(record) }
        #expect(state.winner(lowest)?.number == 0)
        try state.apply(.finish(id, .failed))
        #expect(state.winner(lowest)?.number == 0)
    }

    @Test func nobodyWinsWithoutAValue() throws {
        #expect(StudyState().winner(lowest) == nil)
        #expect(try study([[.nan], []]).winner(lowest) == nil)
        #expect(try study([[1]]).winner(Self.terms(.minimize, monitor: "other")) == nil)
    }

    /// One lucky seed does not win over a point that is better in the mean.
    @Test func thePointWithTheBestMeanWins() throws {
        // Point 1 has the best single trial, point 0 the best mean.
        let state = try points([[0.30, 0.32, 0.31], [0.10, 0.90, 0.80], [0.50, 0.40, 0.60]])
        let ranking = state.ranking(Self.terms(.minimize, seeds: 3))
        #expect(ranking.winner?.point == 0 && ranking.winner?.count == 3)
        #expect(abs(try #require(ranking.winner?.mean) - 0.31) < 1e-12)
        #expect(state.winner(Self.terms(.minimize, seeds: 3))?.number == 0)
        #expect(ranking.order == [0, 2, 1])
        #expect(state.winner(Self.terms(.maximize, seeds: 3))?.number == 4)
        // Where each point has one seed, the best trial is the best point.
        #expect(try points([[0.3], [0.1], [0.2]]).winner(lowest)?.number == 1)
    }

    @Test func onlyPointsWithAllSeedsCompete() throws {
        let terms = Self.terms(.minimize, seeds: 3)
        // Point 1 has a lucky seed only so far, of point 2 one has failed.
        let state = try points([[0.30, 0.32, 0.31], [0.10, nil, nil], [0.1, 0.1, .nan]])
        #expect(state.ranking(terms).standings.map(\.competes) == [true, false, false])
        #expect(state.winner(terms)?.number == 0)
        #expect(state.ranking(terms).order == [0, 1, 2])
        // While none has all, those with the most do.
        let young = try points([[0.30, nil, nil], [0.2, 0.3, nil], [0.26, 0.22, nil]])
        #expect(young.ranking(terms).standings.map(\.competes) == [false, true, true])
        #expect(young.winner(terms)?.number == 7)
        // A point of a study that once asked for more seeds is no better for it.
        let fewer = try points([[0.3, 0.3, 0.3, 0.3, 0.3], [0.2, 0.2, 0.2]])
        #expect(fewer.winner(terms)?.number == 5)
    }

    @Test func trialsOfAnotherBudgetDoNotTakePart() throws {
        var state = try points([[0.3], [0.2]])
        #expect(state.winner(Self.terms(.minimize, epochs: 1))?.number == 1)
        // One that early stopping ended went the same way as it would under any greater budget.
        let id = AttemptID(trial: 2, attempt: 1)
        for record in [.trial(2), .start(id), .epoch(id, 1, loss: 0.5)] as [JournalRecord] { try state.apply(record) }
        let outcome = TrialOutcome(id: id, state: .completed, stopReason: .earlyStopping, stopEpoch: 1)
        try state.apply(.trialFinished(.init(outcome: outcome, unix: 1)))
        #expect(state.trials.map { $0.hasOtherBudget(than: 4) } == [true, true, false])
        #expect(state.trials.map { $0.hasOtherBudget(than: 0) } == [true, true, true])
        #expect(state.winner(Self.terms(.minimize, epochs: 4))?.number == 2)
    }

    /// Losses by point and replicate; nil is a trial that waits, NaN one that failed.
    private func points(_ losses: [[Double?]]) throws -> StudyState {
        var state = StudyState()
        for (point, losses) in losses.enumerated() {
            for (replicate, loss) in losses.enumerated() {
                let id = AttemptID(trial: state.trials.count, attempt: 1)
                try state.apply(
                    .trialCreated(
                        .init(
                            trial: id.trial, point: point, replicate: replicate, seed: UInt64(replicate),
                            assignment: [.init(path: "model.dropout", value: .int(point))])))
                guard let loss else { continue }
                try state.apply(.start(id))
                try state.apply(.epoch(id, 1, loss: loss))
                try state.apply(.finish(id, loss.isNaN ? .failed : .completed))
            }
        }
        return state
    }

    /// A study of completed trials with these losses, epoch by epoch.
    private func study(_ losses: [[Double]]) throws -> StudyState {
        var state = StudyState()
        for (number, losses) in losses.enumerated() {
            let id = AttemptID(trial: number, attempt: 1)
            try state.apply(
                .trialCreated(
                    .init(
                        trial: number, point: number, replicate: 0, seed: 0,
                        assignment: [.init(path: "model.dropout", value: .int(number))])))
            try state.apply(.start(id))
            for (epoch, loss) in losses.enumerated() { try state.apply(.epoch(id, epoch + 1, loss: loss)) }
            try state.apply(.finish(id, .completed))
        }
        return state
    }
}
