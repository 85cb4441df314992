import Experiments
import Studies
import Testing

/// Which trials the newest records were about.
@Suite struct RecentTrialsTests {
    private static func study(trials: Int) throws -> StudyState {
        var state = StudyState()
        for trial in 0..<trials {
            try state.apply(.trialCreated(.init(trial: trial, point: trial, replicate: 0, seed: 0, assignment: [])))
        }
        return state
    }

    @Test func theLastRecordsAreKnown() throws {
        let state = try Self.study(trials: 200)
        #expect(state.recent.count == 200)
        #expect(state.recent.since(200) == [])
        #expect(state.recent.since(197) == [197, 198, 199])
        #expect(state.recent.since(136) == Array(136..<200))
        #expect(state.recent.since(135) == nil)
        #expect(try Self.study(trials: 3).recent.since(0) == [0, 1, 2])
    }

    /// A scheduler that begins after a restart has to look at all trials.
    @Test func aSnapshotDoesNotKnowThem() throws {
        let restored = StudyState(
            created: nil, trials: [], workers: [:], generation: 1, isPaused: false, isSearchFinished: false,
            metrics: MetricTable(), rows: [])
        var state = try #require(restored)
        #expect(state.recent.since(0) == nil)
        let count = state.recent.count
        for trial in 0..<70 {
            try state.apply(.trialCreated(.init(trial: trial, point: trial, replicate: 0, seed: 0, assignment: [])))
        }
        #expect(state.recent.since(count + 67) == [67, 68, 69])
        #expect(state.recent.since(0) == nil)
    }
}
