import Experiments
import Random
import Search
import Studies
import TestSupport
import Testing

/// Points that are given seeds until it is known how they compare.
@Suite struct SeedSearchTests {
    /// - Parameters:
    ///   - offsets: by point, what is added to the noise of a seed.
    ///   - reference: what points are compared with.
    private func play(
        _ offsets: [Double], seed: UInt64, slots: Int, max: Int = 12, margin: Double = 0, reference: SeedRule.Reference
    ) throws -> (study: PlayedStudy, isReplayed: Bool, terms: StudyTerms) {
        let rule = SeedRule(min: 3, max: max, confidence: 0.95, margin: margin, reference: reference)
        let search = SearchDescription(
            sampler: .grid, trials: 3 * offsets.count, seeds: 3, seedRule: rule,
            parameters: [
                .init(path: "p", domain: .integer(minimum: 0, maximum: offsets.count - 1, scale: .linear))
            ])
        let terms = StudyTerms(
            rule: PlayedStudy.rule, epochs: 1, seeds: 3, sampler: .grid, seedRule: rule)
        let plan = TrialPlan(search, seed: 1)
        var study = try PlayedStudy(
            epochs: 1, slots: slots,
            loss: { trial, _ in
                var stream = RandomStream(seed: seed, stream: .search, index: trial.point, step: trial.replicate)
                return offsets[trial.point] + 0.01 * stream.normal()
            },
            search: { history in
                SeedSearch(
                    PlannedSearch(plan, sampler: .grid, after: history), rule, seed: 1, terms: terms)
            })
        let isReplayed = try study.play()
        return (study, isReplayed, terms)
    }

    private func seeds(_ study: PlayedStudy) -> [Int] {
        Dictionary(grouping: study.state.trials, by: \.point).sorted { $0.key < $1.key }.map(\.value.count)
    }

    @Test(arguments: SeededCases(5))
    func whoHasAnAnswerGetsNoFurtherSeed(_ testCase: SeededCase) throws {
        let (study, isReplayed, _) = try play(
            [1, 0.9, 1.2, 1], seed: testCase.seed, slots: 1, reference: .baseline)
        let seeds = seeds(study)
        #expect(isReplayed && study.state.isSearchFinished && study.state.isOver)
        // Ten and twenty deviations are seen at once; what is like the baseline is never told from it.
        #expect(seeds[1] <= 5 && seeds[2] <= 5 && seeds[0] == 12 && seeds[3] == 12, "\(testCase) \(seeds)")
        let replicates = Dictionary(grouping: study.state.trials, by: \.point).mapValues { Set($0.map(\.replicate)) }
        #expect(replicates.allSatisfy { $0.value == Set(0..<seeds[$0.key]) })
    }

    @Test(arguments: [1, 4])
    func itEndsWhereTheBestIsKnown(_ slots: Int) throws {
        let (study, isReplayed, terms) = try play(
            [1, 1.02, 0.95, 1.01, 1], seed: 4, slots: slots, reference: .best)
        let seeds = seeds(study)
        #expect(isReplayed && seeds.allSatisfy { (3...8).contains($0) }, "\(seeds)")
        let comparison = Comparison(usual: study.state, terms: terms)
        #expect(comparison.isAgainstBest && comparison.baseline?.point == 2)
        #expect(comparison.others.allSatisfy { $0.verdict == .worse })
    }

    @Test func equivalentPointsNeedNoSeedsWithoutEnd() throws {
        let (study, _, terms) = try play([1, 1], seed: 2, slots: 1, max: 200, margin: 0.02, reference: .baseline)
        #expect(seeds(study).allSatisfy { $0 < 60 }, "\(seeds(study))")
        #expect(Comparison(usual: study.state, terms: terms).others.map(\.verdict) == [.equivalent])
    }

    /// With a larger maximum, a study that is finished goes on.
    @Test func aLargerMaximumGoesOn() throws {
        let (study, _, _) = try play([1, 1], seed: 3, slots: 1, reference: .baseline)
        #expect(seeds(study) == [12, 12])
        let rule = SeedRule(min: 3, max: 14, confidence: 0.95, margin: 0)
        let terms = StudyTerms(rule: PlayedStudy.rule, epochs: 1, seeds: 3, sampler: .grid, seedRule: rule)
        let search = SearchDescription(
            sampler: .grid, trials: 6, seeds: 3, seedRule: rule,
            parameters: [.init(path: "p", domain: .integer(minimum: 0, maximum: 1, scale: .linear))])
        var longer = SeedSearch(
            PlannedSearch(TrialPlan(search, seed: 1), sampler: .grid, after: study.state), rule, seed: 1, terms: terms)
        #expect(longer.remaining(study.state) == 2)
        guard case .create(let created)? = longer.next(study.state, hasFreeSlot: true)?.decision else {
            Issue.record("no trial is created")
            return
        }
        #expect(created.replicate == 12 && created.trial == 24)
    }

    /// One point has nothing to be compared with.
    @Test func aPointAloneHasItsFirstSeeds() throws {
        let (study, _, _) = try play([1], seed: 3, slots: 1, reference: .best)
        #expect(seeds(study) == [3])
    }
}
