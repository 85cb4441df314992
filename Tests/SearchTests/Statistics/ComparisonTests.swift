import Experiments
import Search
import Testing

struct ComparisonTests {
    private let rule = SampleArms.rule

    private func verdicts(_ values: [[Double?]], metric: String? = nil) throws -> [Verdict?] {
        try Comparison(SampleArms.state(values), metric: metric, rule: rule).arms.map(\.verdict)
    }

    @Test func armsAreThePointsWithTheirValues() throws {
        let state = try SampleArms.state([[0.90, 0.91, 0.92], [0.95, nil, .nan]])
        let comparison = try Comparison(state, rule: rule)
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
        let arms = try Comparison(SampleArms.state([baseline, maybe, noise, noise, noise]), rule: rule).arms
        let p = try #require(arms[1].difference?.p)
        #expect(p < 0.05 && arms[1].verdict == .undecided)
        #expect(arms[1].adjustedP == 4 * p)
    }

    @Test func aMetricWithoutADirectionIsHigherOrLower() {
        #expect(ComparedMetric("kept_label_share", rule: rule).goal == nil)
        #expect(ComparedMetric("pseudo_label_accuracy", rule: rule).goal == nil)
        #expect(ComparedMetric("test_macro_f1", rule: rule).goal == .maximize)
        #expect(ComparedMetric("train_loss", rule: rule).goal == .minimize)
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
        let error = #expect(throws: UnknownMetric.self) { try Comparison(state, metric: "test_acuracy", rule: rule) }
        #expect(error?.nearest == "test_accuracy")
        #expect(
            error?.description == """
                no trial has a metric "test_acuracy" (did you mean "test_accuracy"?); there are: test_accuracy, \
                test_loss, validation_loss, validation_odd
                """)
    }

    @Test func anEmptyStudyHasNoArms() throws {
        #expect(try Comparison(StudyState(), rule: rule).arms.isEmpty)
    }
}
