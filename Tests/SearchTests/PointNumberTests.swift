import Experiments
import Studies
import Search
import Testing

/// The numbers of a study's points, when its search space changes.
@Suite struct PointNumberTests {
    private static let rate = "optimizer.learning_rate"
    private static let dropout = "model.dropout"

    private static func grid(_ parameters: (String, [ParameterValue])..., seeds: Int = 1) -> TrialPlan {
        let parameters = parameters.map { SearchParameter(path: $0.0, domain: .values($0.1)) }
        let points = parameters.reduce(1) { count, parameter in count * (parameter.domain.count ?? 1) }
        return TrialPlan(
            SearchDescription(sampler: .grid, trials: points * seeds, seeds: seeds, parameters: parameters), seed: 7)
    }

    /// What a study holds after it was run with one plan after the other.
    private func study(_ plans: TrialPlan...) throws -> StudyState {
        var study = StudyState()
        try study.apply(.studyCreated(.init(identity: "", dataDigest: "", program: "", unix: 0)))
        for plan in plans {
            var search = PlannedSearch(plan, sampler: .grid, after: study)
            while let next = search.next(study, hasFreeSlot: true) {
                try study.apply(.decided(.init(next.decision, reason: next.reason, unix: 0)))
            }
            #expect(study.isSearchFinished && search.remaining(study) == 0)
        }
        return study
    }

    /// Each point has one setting, and each setting one point; a point's replicates have different seeds.
    private func expectUnique(_ study: StudyState, sourceLocation: SourceLocation = #_sourceLocation) {
        let settings = Dictionary(grouping: study.trials, by: \.point)
            .mapValues { Set($0.map { PointSettings($0.assignment) }).count }
        #expect(settings.values.allSatisfy { $0 == 1 }, "\(settings)", sourceLocation: sourceLocation)
        let points = Dictionary(grouping: study.trials) { PointSettings($0.assignment) }
            .mapValues { Set($0.map(\.point)).count }
        #expect(points.values.allSatisfy { $0 == 1 }, sourceLocation: sourceLocation)
        let places = Set(study.trials.map { [$0.point, $0.replicate] })
        #expect(places.count == study.trials.count, sourceLocation: sourceLocation)
        for trial in study.trials {
            #expect(trial.seed == TrialPlan.seed(of: trial.replicate, study: 7), sourceLocation: sourceLocation)
        }
    }

    @Test func aFreshStudysPointsAreThePlans() throws {
        let study = try study(
            Self.grid((Self.rate, [.double(0.1), .double(0.2)]), (Self.dropout, [.int(0), .int(1)])))
        #expect(study.trials.map(\.point) == [0, 1, 2, 3])
        expectUnique(study)
    }

    @Test func anotherValueRenumbersNothing() throws {
        let study = try study(
            Self.grid((Self.rate, [.double(0.1), .double(0.2)]), (Self.dropout, [.double(0), .double(0.5)])),
            Self.grid(
                (Self.rate, [.double(0.1), .double(0.2)]), (Self.dropout, [.double(0), .double(0.25), .double(0.5)])))
        #expect(study.trials.map(\.point) == [0, 1, 2, 3, 4, 5])
        #expect(study.trials[4...].map { $0.assignment[Self.dropout] } == [.double(0.25), .double(0.25)])
        expectUnique(study)
    }

    @Test func anotherParameterMakesOtherPoints() throws {
        let study = try study(
            Self.grid((Self.dropout, [.double(0), .double(0.5)])),
            Self.grid((Self.dropout, [.double(0), .double(0.5)]), (Self.rate, [.double(0.1)])),
            Self.grid((Self.rate, [.double(0.1), .double(0.3)])))
        #expect(study.trials.map(\.point) == [0, 1, 2, 3, 4, 5])
        expectUnique(study)
    }

    @Test func moreSeedsStayWithTheirPoint() throws {
        let study = try study(
            Self.grid((Self.dropout, [.double(0), .double(0.5)])),
            Self.grid((Self.dropout, [.double(0.25), .double(0.5), .double(0)]), seeds: 2))
        #expect(study.trials.map(\.point) == [0, 1, 2, 2, 1, 0])
        #expect(study.trials.map(\.replicate) == [0, 0, 0, 1, 1, 1])
        expectUnique(study)
    }

    /// 0 and 0.0 are one setting, and so are the same parameters in another order.
    @Test func anotherSpellingIsTheSamePoint() throws {
        let before = Self.grid((Self.dropout, [.double(0), .double(0.5)]), (Self.rate, [.int(1)]))
        let after = Self.grid((Self.rate, [.double(1)]), (Self.dropout, [.int(0), .double(0.5)]), seeds: 2)
        let study = try study(before, after)
        #expect(study.trials.map(\.point) == [0, 1, 0, 1])
        #expect(study.trials[2].assignment == study.trials[0].assignment, "they are compared as one")
        expectUnique(study)
        #expect(try self.study(before, after, before, after) == study, "and nothing is trained again")
    }
}
