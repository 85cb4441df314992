import Charts
import Experiments
import Studies
import Search
import Testing

struct SentenceTests {
    private func sentences(_ values: [[Double?]]) throws -> [String] {
        try Comparison(usual: SampleStudy.state(values), terms: StudyTerms(SampleStudy.file().experiment)).sentences
    }

    private let baseline: [Double?] = [0.90, 0.91, 0.92]

    @Test func theySayNoMoreThanTheSeeds() throws {
        let base = "the baseline (model.dropout = 0.0)"
        #expect(
            try sentences([baseline, [0.95, 0.961, 0.97]]) == [
                """
                model.dropout = 0.25 is better than \(base): test_accuracy +0.0503 (95 % interval +0.0489 to +0.0518; \
                3 seeds; p < 0.001).
                """
            ])
        #expect(
            try sentences([baseline, [0.95, 0.80, 0.93], [0.8, 0.7, 0.9]])[0] == """
                model.dropout = 0.25: no difference to \(base) that 3 seeds can tell from noise: test_accuracy -0.02 \
                (95 % interval -0.22 to +0.19; 3 seeds; p = 0.76; after Holm's adjustment for 2 comparisons).
                """)
        #expect(
            try sentences([baseline, [0.95, nil, .nan]]) == [
                """
                model.dropout = 0.25: test_accuracy +0.05 against \(base) with one seed, which cannot tell a \
                difference from noise. 1 of its 3 trials gave no value.
                """
            ])
        #expect(
            try sentences([baseline, baseline]) == [
                "model.dropout = 0.25: the same test_accuracy as \(base) with each of 3 seeds."
            ])
        #expect(
            try sentences([baseline, [nil]]) == [
                "model.dropout = 0.25: no seed yet with which both it and \(base) have a value."
            ])
    }

    /// The best of a random search is named, and nothing is claimed.
    @Test func drawsAreRanked() throws {
        let experiment = try SampleStudy.file().experiment
        let terms = StudyTerms(
            rule: experiment.train.select, epochs: experiment.train.epochs, seeds: 3, sampler: .random)
        let state = try SampleStudy.state([[0.95, 0.961, 0.97], baseline])
        let sentences = Comparison(usual: state, terms: terms).sentences
        #expect(
            sentences == [
                "Point 0 (model.dropout = 0.0) has the best mean validation_loss of 2 points: 0.51 over 3 seeds.",
                """
                They are ranked and not tested: the best of many is flattered by chance, and no point of a random \
                search is a baseline. winnow compare --baseline N tests all against point N.
                """,
            ])
        let compared = try Comparison(state, baseline: 1, terms: terms).sentences
        #expect(compared.count == 1 && compared[0].contains("is better than the baseline (model.dropout = 0.25)"))
    }

    @Test func whatWasTrainedForAnotherBudgetIsLeftOut() throws {
        let rule = try SampleStudy.file().experiment.train.select
        let terms = StudyTerms(rule: rule, epochs: 4, seeds: 3, sampler: .grid)
        // Its completed trials stopped early after five epochs.
        let state = try SampleStudy.state([baseline, [0.95, nil, nil]])
        #expect(
            Comparison(usual: state, terms: terms).sentences == [
                """
                model.dropout = 0.25: no seed yet with which both it and the baseline (model.dropout = 0.0) have a \
                value. 1 of its 3 trials is left out: trained for another number of epochs than 4. 3 of the baseline's \
                3 trials are left out: trained for another number of epochs than 4.
                """
            ])
    }

    @Test func onePointIsComparedWithNothing() throws {
        #expect(
            try sentences([baseline]) == [
                """
                model.dropout = 0.0: test_accuracy 0.910 (95 % interval 0.885 to 0.935; 3 seeds); there is no other \
                point to compare it with.
                """
            ])
        #expect(try sentences([]) == ["There is no trial yet."])
    }
}
