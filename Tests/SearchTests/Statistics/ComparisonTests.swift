import Experiments
import Studies
import Search
import TestSupport
import Testing

struct ComparisonTests {
    private let rule = SampleArms.rule

    private func verdicts(_ values: [[Double?]], metric: String? = nil) throws -> [Verdict?] {
        try Comparison(SampleArms.state(values), metric: metric, terms: SampleArms.terms).arms.map(\.verdict)
    }

    @Test func armsAreThePointsWithTheirValues() throws {
        let state = try SampleArms.state([[0.90, 0.91, 0.92], [0.95, nil, .nan]])
        let comparison = try Comparison(state, terms: SampleArms.terms)
        #expect(comparison.metric.name == "test_accuracy" && comparison.metric.goal == .maximize)
        #expect(comparison.arms.map(\.label) == ["model.dropout = 0.0", "model.dropout = 0.25"])
        #expect(comparison.arms.map(\.values) == [[0: 0.90, 1: 0.91, 2: 0.92], [0: 0.95]])
        #expect(comparison.arms.map(\.trials) == [3, 3])
        #expect(comparison.arms.map(\.withoutValue) == [0, 1])
        #expect(comparison.arms.map(\.seconds) == [2, 1])
        #expect(comparison.baseline?.difference == nil && comparison.baseline?.verdict == nil)
        #expect(comparison.arms[1].difference?.values.keys.sorted() == [0])
    }

    @Test func verdictsAreHonest() throws {
        let baseline: [Double?] = [0.90, 0.91, 0.92]
        #expect(try verdicts([baseline, [0.95, 0.961, 0.97]]) == [nil, .better])
        #expect(try verdicts([baseline, [0.85, 0.861, 0.87]]) == [nil, .worse])
        #expect(try verdicts([baseline, [0.95, 0.80, 0.93]]) == [nil, .undecided])
        #expect(try verdicts([baseline, baseline]) == [nil, .identical])
        #expect(try verdicts([baseline, [0.91, 0.92, 0.93]]) == [nil, .withoutSpread])
        #expect(try verdicts([baseline, [0.99, nil, .nan]]) == [nil, .oneSeed])
        #expect(try verdicts([[nil, 0.9], [0.8, nil]]) == [nil, .notYet])
        // Less of a loss is better.
        #expect(try verdicts([baseline, [0.95, 0.961, 0.97]], metric: "test_loss") == [nil, .better])
        #expect(try verdicts([baseline, [0.85, 0.861, 0.87]], metric: "validation_loss") == [nil, .worse])
    }

    @Test func manyComparisonsNeedMoreEvidence() throws {
        let baseline: [Double?] = [0.90, 0.91, 0.92]
        let maybe: [Double?] = [0.92, 0.94, 0.942]
        let noise: [Double?] = [0.95, 0.80, 0.93]
        #expect(try verdicts([baseline, maybe]) == [nil, .better])
        let arms = try Comparison(SampleArms.state([baseline, maybe, noise, noise, noise]), terms: SampleArms.terms)
            .arms
        let p = try #require(arms[1].difference?.p)
        #expect(p < 0.05 && arms[1].verdict == .undecided)
        #expect(arms[1].adjustedP == 4 * p)
    }

    /// Words and interval of a line say the same: they are one computation.
    @Test(arguments: SeededCases(60))
    func anIntervalExcludesZeroWhereTheVerdictDoes(_ testCase: SeededCase) throws {
        var random = testCase.random
        let points = Int.random(in: 2...12, using: &random)
        let seeds = Int.random(in: 2...6, using: &random)
        let values = (0..<points).map { _ -> [Double?] in
            let effect = Double.random(in: -0.04...0.04, using: &random)
            return (0..<seeds).map { _ in min(1, 0.95 + effect + Double.random(in: -0.01...0.01, using: &random)) }
        }
        let comparison = try Comparison(SampleArms.state(values), terms: SampleArms.terms)
        for arm in comparison.others {
            let isClaimed = [.better, .worse].contains(arm.verdict)
            if isClaimed || arm.difference?.interval != nil {
                let interval = try #require(arm.difference?.interval)
                #expect(isClaimed == !interval.contains(0), "\(testCase): \(arm)")
                #expect(interval.lower >= -1 && interval.upper <= 1)
            }
            if let interval = arm.estimate?.interval { #expect(interval.lower >= 0 && interval.upper <= 1) }
        }
    }

    @Test func drawsHaveNoBaseline() throws {
        let state = try SampleArms.state([[0.90, 0.91, 0.92], [0.95, 0.961, 0.97], [0.85, 0.857, 0.87]])
        let ranked = try Comparison(state, terms: SampleArms.terms(.random))
        #expect(ranked.baseline == nil && ranked.testCount == 0)
        #expect(ranked.arms.allSatisfy { $0.verdict == nil && $0.difference == nil && !$0.isBaseline })
        // By the monitored loss, which is 1 less the accuracy here.
        #expect(ranked.ranked.map(\.point) == [1, 0, 2] && ranked.arms.map(\.rank) == [2, 1, 3])
        #expect(ranked.selected?.point == 1)

        let compared = try Comparison(state, baseline: 1, terms: SampleArms.terms(.random))
        #expect(compared.baseline?.point == 1 && compared.others.map(\.point) == [0, 2])
        #expect(compared.arms.map(\.verdict) == [.worse, nil, .worse])
        let grid = try Comparison(state, baseline: 2, terms: SampleArms.terms)
        #expect(grid.arms.map(\.verdict) == [.better, .better, nil])
        #expect(throws: ComparisonError.unknownPoint(3, among: 0...2)) {
            try Comparison(state, baseline: 3, terms: SampleArms.terms)
        }
    }

    @Test func trialsOfAnotherBudgetAreLeftOut() throws {
        // Every trial has one epoch.
        let state = try SampleArms.state([[0.90, 0.91, 0.92], [0.95, 0.961, 0.97]])
        let comparison = try Comparison(state, terms: SampleArms.terms(.grid, epochs: 2))
        #expect(comparison.arms.allSatisfy { $0.values.isEmpty && $0.otherBudget == 3 && $0.withoutValue == 0 })
        #expect(comparison.selected == nil && comparison.arms[1].verdict == .notYet)
    }

    @Test func parametersThatOnlySomePointsHaveDiffer() throws {
        var state = try SampleArms.state([[0.9], [0.8]])
        for (trial, path) in [(2, "model.hidden"), (3, "model.dropout")] {
            try state.apply(
                .trialCreated(
                    .init(
                        trial: trial, point: trial, replicate: 0, seed: 0,
                        assignment: [.init(path: path, value: .int(trial))])))
        }
        #expect(
            try Comparison(state, terms: SampleArms.terms).arms.map(\.label) == [
                "optimizer.kind = adam, model.dropout = 0.0", "optimizer.kind = adam, model.dropout = 0.25",
                "model.hidden = 2", "model.dropout = 3",
            ])
    }

    /// What four times as many points cost is about four times as much.
    @Test(arguments: [SearchDescription.Sampler.grid, .random])
    func itsCostGrowsWithThePoints(_ sampler: SearchDescription.Sampler) throws {
        func cost(_ points: Int) throws -> Double {
            let state = try SampleArms.state((0..<points).map { [0.5 + 0.1 * Double($0 % 7) / 7, 0.5, 0.51] })
            var clock = ProcessorClock()
            let comparison = try Comparison(state, terms: SampleArms.terms(sampler))
            let labels = comparison.arms.lazy.map { $0.shortLabel.count }.reduce(0, +)
            let found = state.trials.lazy.compactMap { comparison.arm(of: $0)?.point }.reduce(0, +)
            #expect(labels > 0 && found > 0)
            return clock.lap()
        }
        _ = try cost(100)
        let (few, many) = try (cost(500), cost(2000))
        #expect(many < 8 * few, "500 points took \(few) s, 2000 took \(many) s")
    }

    @Test func aMetricWithoutADirectionIsHigherOrLower() {
        #expect(ComparedMetric("kept_label_share", rule: rule).goal == nil)
        #expect(ComparedMetric("pseudo_label_accuracy", rule: rule).goal == nil)
        #expect(ComparedMetric("test_macro_f1", rule: rule).goal == .maximize)
        #expect(ComparedMetric("train_loss", rule: rule).goal == .minimize)
        #expect(ComparedMetric("test_rmse_original", rule: rule).goal == .minimize)
        #expect(ComparedMetric("validation_cross_entropy", rule: rule).goal == .minimize)
        #expect(ComparedMetric("validation_mean_squared_error", rule: rule).goal == .minimize)
        #expect(ComparedMetric("test_r2", rule: rule).bounds == Interval(lower: -.infinity, upper: 1))
        #expect(ComparedMetric("kept_label_share", rule: rule).bounds == Interval(lower: 0, upper: 1))
        #expect(ComparedMetric("test_loss", rule: rule).bounds == Interval(lower: 0, upper: .infinity))
        #expect(ComparedMetric("x", rule: SelectionRule(monitor: "x", goal: .maximize)).goal == .maximize)
    }

    @Test func theUsualMetricIsTheOneSelectionStandsFor() throws {
        let state = try SampleArms.state([[0.9]])
        #expect(ComparedMetric.usual(in: state, rule: rule) == "test_accuracy")
        let byLoss = SelectionRule(monitor: "validation_rmse", goal: .minimize)
        #expect(ComparedMetric.usual(in: state, rule: byLoss) == "test_accuracy")
        let running = try SampleArms.state([[nil]])
        #expect(ComparedMetric.usual(in: running, rule: rule) == "validation_loss")
        #expect(ComparedMetric.usual(in: StudyState(), rule: rule) == "validation_loss")
    }

    @Test func anUnknownMetricHasANearestName() throws {
        let state = try SampleArms.state([[0.9]])
        let error = #expect(throws: ComparisonError.self) {
            try Comparison(state, metric: "test_acuracy", terms: SampleArms.terms)
        }
        #expect(
            error?.description == """
                no trial has a metric "test_acuracy" (did you mean "test_accuracy"?); there are: test_accuracy, \
                test_loss, validation_loss, validation_odd
                """)
    }

    @Test func anEmptyStudyHasNoArms() throws {
        #expect(try Comparison(StudyState(), terms: SampleArms.terms).arms.isEmpty)
    }
}
