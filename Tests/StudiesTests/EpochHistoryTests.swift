import Experiments
import Studies
import TestSupport
import Testing

@Suite struct EpochHistoryTests {
    /// A trial is trained, and again from an earlier epoch: it has the rows that an array would have; and so has every
    /// copy, whenever it was made.
    @Test(arguments: SeededCases(60))
    func isAsAnArrayIs(_ testCase: SeededCase) throws {
        var random = testCase.random
        var state = StudyState()
        try state.apply(
            .studyCreated(.init(identity: "", dataDigest: "", program: "", unix: 0)))
        try state.apply(.trialCreated(.init(trial: 0, point: 0, replicate: 0, seed: 1, assignment: [])))
        var rows: [EpochResult] = []
        var copies: [(EpochHistory, [EpochResult])] = []
        for attempt in 1...20 {
            let id = AttemptID(trial: 0, attempt: attempt)
            let from = Int.random(in: 0...rows.count, using: &random)
            try state.apply(.attemptStarted(.init(id: id, worker: "w", fromEpoch: from, unix: 0)))
            rows = Array(rows.prefix(from))
            try isSame(state.trials[0].history, rows)
            for _ in 0..<Int.random(in: 0...100, using: &random) {
                let row = EpochResult(
                    id: id, epoch: rows.count + 1, metrics: ["loss": .random(in: 0..<1, using: &random)],
                    learningRate: 1, elapsedSeconds: 1)
                try state.apply(.epochFinished(Row(row, state.metrics)))
                rows.append(row)
            }
            try isSame(state.trials[0].history, rows)
            copies.append((state.trials[0].history, rows))
            try state.apply(.attemptEnded(.init(id: id, reason: .handedBack, unix: 0)))
        }
        for (copy, rows) in copies {
            try isSame(copy, rows)
        }
    }

    private func isSame(_ history: EpochHistory, _ rows: [EpochResult]) throws {
        try #require(Array(history) == rows)
        try #require(history.count == rows.count && history.last == rows.last)
        try #require(history == EpochHistory(rows))
        try #require(rows.indices.allSatisfy { history[$0] == rows[$0] })
    }
}
