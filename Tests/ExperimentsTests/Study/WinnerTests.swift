import Experiments
import Testing

struct WinnerTests {
    private let lowest = SelectionRule(monitor: "validation_loss", goal: .minimize)
    private let highest = SelectionRule(monitor: "validation_loss", goal: .maximize)

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
        #expect(try study([[1]]).winner(SelectionRule(monitor: "other", goal: .minimize)) == nil)
    }

    /// A study of completed trials with these losses, epoch by epoch.
    private func study(_ losses: [[Double]]) throws -> StudyState {
        var state = StudyState()
        for (number, losses) in losses.enumerated() {
            let id = AttemptID(trial: number, attempt: 1)
            try state.apply(.trial(number))
            try state.apply(.start(id))
            for (epoch, loss) in losses.enumerated() { try state.apply(.epoch(id, epoch + 1, loss: loss)) }
            try state.apply(.finish(id, .completed))
        }
        return state
    }
}
