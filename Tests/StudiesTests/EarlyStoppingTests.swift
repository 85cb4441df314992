import Experiments
import Studies
import TestSupport
import Testing

@Suite struct EarlyStoppingTests {
    /// The epoch after which training stops, if it does.
    private func stop(_ description: EarlyStoppingDescription?, goal: Goal = .minimize, after values: [Double]) -> Int?
    {
        var stopping = EarlyStopping(description, goal: goal)
        for (index, value) in values.enumerated() where stopping.observe(epoch: index + 1, value: value) {
            return index + 1
        }
        return nil
    }

    @Test func patienceCountsEpochsWithoutImprovement() {
        let patient = EarlyStoppingDescription(rule: .patience(epochs: 2, minDelta: 0))
        #expect(stop(patient, after: [5, 4, 4, 3, 3, 3, 1]) == 6)
        #expect(stop(patient, after: [5, 4, 6, 3, 7, 2]) == nil)
        #expect(stop(patient, goal: .maximize, after: [5, 6, 6, 6]) == 4)
    }

    @Test func anImprovementMustExceedMinDelta() {
        let demanding = EarlyStoppingDescription(rule: .patience(epochs: 2, minDelta: 0.5))
        #expect(stop(demanding, after: [5, 4.5, 4.75, 4]) == 3)
        // Small steps add up: the third is better than the last improvement by more than half.
        #expect(stop(demanding, after: [5, 4.75, 4.25, 4]) == nil)
    }

    @Test func whatIsNotFiniteImprovesNothing() {
        let patient = EarlyStoppingDescription(rule: .patience(epochs: 2, minDelta: 0))
        #expect(stop(patient, after: [.nan, .nan]) == 2)
        #expect(stop(patient, after: [1, .nan, 0.5, -.infinity, .nan]) == 5)
    }

    @Test func thresholdStopsAtTheFirstEpochBeyondIt() {
        let threshold = EarlyStoppingDescription(rule: .threshold(0.5))
        #expect(stop(threshold, after: [0.9, 0.5, 0.4, 0.3]) == 3)
        #expect(stop(threshold, goal: .maximize, after: [0.1, 0.5, 0.6]) == 3)
        #expect(stop(threshold, after: [.nan, -.infinity, 0.6]) == nil)
    }

    @Test func withoutARuleNothingStops() {
        #expect(stop(nil, after: Array(repeating: 1, count: 1000)) == nil)
        #expect(EarlyStopping(nil, goal: .minimize).patienceLeft == nil)
    }

    @Test func keepTrainingNotesTheFirstStopAndGoesOn() {
        var stopping = EarlyStopping(
            .init(rule: .patience(epochs: 1, minDelta: 0), keepTraining: true), goal: .minimize)
        let stops = [3.0, 4, 2, 5, 6].enumerated().map { stopping.observe(epoch: $0 + 1, value: $1) }
        #expect(!stops.contains(true))
        #expect(stopping.wouldHaveStoppedAt == 2)
    }

    @Test func patienceLeftIsCountedDown() {
        var stopping = EarlyStopping(.init(rule: .patience(epochs: 3, minDelta: 0)), goal: .minimize)
        let left = [3.0, 4, 4, 2, 4].enumerated().map { index, value in
            stopping.observe(epoch: index + 1, value: value)
            return stopping.patienceLeft
        }
        #expect(left == [3, 2, 1, 3, 2])
    }

    @Test(arguments: SeededCases(300))
    func agreesWithLookingBackOverAllEpochs(_ testCase: SeededCase) throws {
        var random = testCase.random
        let goal: Goal = Bool.random(using: &random) ? .minimize : .maximize
        let keepTraining = Bool.random(using: &random)
        let rule: EarlyStoppingDescription.Rule =
            Bool.random(using: &random)
            ? .patience(
                epochs: Int.random(in: 1...5, using: &random),
                minDelta: Double(Int.random(in: 0...3, using: &random)) / 16)
            : .threshold(Double(Int.random(in: 0...8, using: &random)) / 16)
        let values = MonitoredValues.draw(using: &random)

        var stopping = EarlyStopping(.init(rule: rule, keepTraining: keepTraining), goal: goal)
        for epoch in 1...values.count {
            let stops = stopping.observe(epoch: epoch, value: values[epoch - 1])
            let expected = (1...epoch).first { fires(rule, goal, Array(values.prefix($0))) }
            #expect(stopping.firedAt == expected, "\(testCase)")
            #expect(stops == (expected != nil && !keepTraining), "\(testCase)")
            #expect(stopping.wouldHaveStoppedAt == (keepTraining ? expected : nil), "\(testCase)")
            // As if a worker died after every epoch.
            stopping = try throughJSON(stopping)
        }
    }

    /// Whether the rule says stop after the last of `values`, told from all of them at once. Values are signed so that
    /// less is better.
    private func fires(_ rule: EarlyStoppingDescription.Rule, _ goal: Goal, _ values: [Double]) -> Bool {
        let signed = values.map { goal == .minimize ? $0 : -$0 }
        switch rule {
        case .threshold(let threshold):
            return signed.last.map { $0.isFinite && $0 < (goal == .minimize ? threshold : -threshold) } ?? false
        case .patience(let epochs, let minDelta):
            var improvements: [Int] = []
            for index in signed.indices where signed[index].isFinite {
                let isBetter = improvements.last.map { signed[index] < signed[$0] - minDelta } ?? true
                if isBetter { improvements.append(index) }
            }
            return signed.count - 1 - (improvements.last ?? -1) >= epochs
        }
    }
}
