import Experiments
import Search
import TestSupport
import Testing

@Suite struct TrialPlanTests {
    private func plan(trials: Int, seeds: Int, seed: UInt64 = 9) -> TrialPlan {
        TrialPlan(
            SearchDescription(
                sampler: .random, trials: trials, seeds: seeds,
                parameters: [.init(path: "p", domain: .real(minimum: 0, maximum: 1, scale: .linear))]),
            seed: seed)
    }

    @Test func everyPointMeetsEverySeed() throws {
        let plan = plan(trials: 6, seeds: 3)
        let trials = (0..<6).compactMap { plan.trial($0) }
        #expect(trials.map(\.number) == [0, 1, 2, 3, 4, 5])
        #expect(trials.map(\.point) == [0, 0, 0, 1, 1, 1])
        #expect(trials.map(\.replicate) == [0, 1, 2, 0, 1, 2])
        #expect(trials[0].assignment == trials[2].assignment)
        #expect(trials[0].assignment != trials[3].assignment)
        #expect(trials[..<3].map(\.seed) == trials[3...].map(\.seed))
        #expect(Set(trials.map(\.seed)).count == 3)
        #expect(plan.trial(6) == nil)
        #expect(plan.trial(-1) == nil)
    }

    @Test func aGridsTrialsAreItsPoints() {
        let plan = TrialPlan(
            SearchDescription(
                sampler: .grid, trials: 2, seeds: 1,
                parameters: [.init(path: "p", domain: .values([.int(1), .int(2)]))]),
            seed: 0)
        #expect((0..<3).map { plan.trial($0)?.assignment["p"] } == [.int(1), .int(2), nil])
    }

    @Test func aLargerBudgetKeepsTheTrialsThatThereAre() {
        let small = plan(trials: 6, seeds: 3)
        let large = plan(trials: 60, seeds: 3)
        #expect((0..<6).map { small.trial($0) } == (0..<6).map { large.trial($0) })
    }

    @Test func anotherStudySeedGivesOtherTrials() {
        #expect(plan(trials: 1, seeds: 1).trial(0) != plan(trials: 1, seeds: 1, seed: 10).trial(0))
        #expect(TrialPlan.seed(of: 0, study: 1) != TrialPlan.seed(of: 0, study: 2))
    }

    @Test(arguments: SeededCases(100))
    func aTrialsSeedFitsADouble(_ testCase: SeededCase) {
        for replicate in 0..<10 {
            #expect(TrialPlan.seed(of: replicate, study: testCase.seed) < 1 << 53, "\(testCase)")
        }
    }
}
