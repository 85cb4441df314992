/// The study and its rows apart: there are so many rows that a snapshot spells them in its own way.
extension StudyState {
    /// The same study with no rows.
    package var withoutRows: StudyState {
        var state = self
        for index in state.trials.indices {
            state.trials[index].history = []
        }
        state.openRows = 0
        return state
    }

    /// Gives each trial its rows.
    ///
    /// - Returns: nil where there are not as many lists as trials, or rows of other trials or epochs in them.
    package func withRows(_ rows: [[EpochResult]]) -> StudyState? {
        guard rows.count == trials.count else { return nil }
        var state = self
        for (index, history) in rows.enumerated() {
            guard history.enumerated().allSatisfy({ $1.id.trial == index && $1.epoch == $0 + 1 }) else { return nil }
            state.openRows -= state.trials[index].openRows
            state.trials[index].history = EpochHistory(history)
            state.openRows += state.trials[index].openRows
        }
        return state
    }
}
