@testable import Experiments
import TestSupport
import Testing

@Suite struct EpochHistoryTests {
    /// Whatever is done to it, it has the rows that an array would have; and so has every copy, whenever it was made.
    @Test(arguments: SeededCases(100))
    func isAsAnArrayIs(_ testCase: SeededCase) throws {
        var random = testCase.random
        var history = EpochHistory()
        var rows: [EpochResult] = []
        var copies: [(EpochHistory, [EpochResult])] = []
        for _ in 0..<60 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let count = Int.random(in: 0...rows.count + 2, using: &random)
                history.keep(first: count)
                rows = Array(rows.prefix(count))
            case 1:
                copies.append((history, rows))
            default:
                for _ in 0..<Int.random(in: 1...50, using: &random) {
                    let row = EpochResult(
                        id: AttemptID(trial: 0, attempt: 1), epoch: rows.count + 1,
                        metrics: ["loss": .random(in: 0..<1, using: &random)], learningRate: 1, elapsedSeconds: 1)
                    history.append(row)
                    rows.append(row)
                }
            }
            try isSame(history, rows)
        }
        for (copy, rows) in copies {
            try isSame(copy, rows)
        }
    }

    private func isSame(_ history: EpochHistory, _ rows: [EpochResult]) throws {
        try #require(history.count == rows.count)
        try #require(Array(history) == rows)
        try #require(history.last == rows.last)
        try #require(history == EpochHistory(rows))
        try #require(rows.indices.allSatisfy { history[$0] == rows[$0] })
    }
}
