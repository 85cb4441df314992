import Foundation
import Experiments
import Search
import Studies
import TestSupport
import Testing

/// The search that learns, on studies whose trials end at once.
@Suite struct ModelSearchTests {
    private static let terms = StudyTerms(
        rule: SelectionRule(monitor: "loss", goal: .minimize), epochs: 1, seeds: 2, sampler: .tpe)

    private static func search(_ domain: ParameterDomain, trials: Int) -> SearchDescription {
        SearchDescription(sampler: .tpe, trials: trials, seeds: 2, parameters: [.init(path: "x", domain: domain)])
    }

    /// Runs a study with `slots` trials at a time, and asks a fresh search beside the one that goes on.
    private func run(
        _ description: SearchDescription, slots: Int, loss: (Double) -> Double
    ) throws -> (state: StudyState, isReplayed: Bool) {
        var (state, isReplayed) = (StudyState(), true)
        try state.apply(.studyCreated(.init(identity: "", dataDigest: "", program: "", unix: 0)))
        var search = ModelSearch(description, seed: 3, terms: Self.terms, after: state)
        while true {
            while state.running.count < slots {
                var fresh = ModelSearch(description, seed: 3, terms: Self.terms, after: state)
                let (next, other) = (
                    search.next(state, hasFreeSlot: true), fresh.next(state, hasFreeSlot: true)
                )
                isReplayed = isReplayed && next == other
                guard let next else { break }
                try state.apply(.decided(.init(next.decision, reason: next.reason)))
                guard case .create(let created) = next.decision else { continue }
                let id = AttemptID(study: state.id, trial: created.trial, attempt: 1)
                try state.apply(.attemptStarted(.init(id: id, worker: "w", fromEpoch: 0, unix: 0)))
            }
            guard let running = state.running.first(from: 0) else { return (state, isReplayed) }
            let trial = state.trials[running]
            let isNamed = state.metrics.count == 0
            let value = loss(trial.assignment["x"]?.number ?? 0)
            try state.apply(
                .epochFinished(
                    Row(
                        id: trial.id, epoch: 1, elapsedSeconds: 1, learningRate: nil, metrics: isNamed ? [] : [0],
                        values: isNamed ? [] : [value], named: isNamed ? ["loss": value] : [:])))
            let outcome =
                value.isFinite
                ? TrialOutcome(id: trial.id, state: .completed, stopReason: .budget, stopEpoch: 1)
                : TrialOutcome.failed(trial.id, after: 1, "no finite loss")
            try state.apply(.trialFinished(.init(outcome: outcome, unix: 0)))
        }
    }

    /// Draws at random would be as far off at the end as at the beginning.
    @Test(arguments: [1, 4]) func itLearnsWhereTheLossIsLow(_ slots: Int) throws {
        let description = Self.search(.real(minimum: 1e-5, maximum: 1, scale: .log), trials: 120)
        let (state, isReplayed) = try run(description, slots: slots) { abs(($0 / 0.01).logarithm) }
        #expect(isReplayed && state.trials.count == 120 && state.isSearchFinished)
        let losses = state.trials.map { $0.history[0].metrics["loss"] ?? .nan }
        #expect(losses[100...].reduce(0, +) / 20 < losses[..<20].reduce(0, +) / 20 / 1.5, "\(losses)")
    }

    /// A small space comes once, all of it, each point with its two seeds; points whose trials fail are kept away from.
    @Test func noPointComesTwice() throws {
        let description = Self.search(.integer(minimum: 1, maximum: 25, scale: .linear), trials: 50)
        let (state, isReplayed) = try run(description, slots: 3) { $0 > 20 ? .nan : $0 }
        #expect(isReplayed)
        let points = Dictionary(grouping: state.trials, by: \.point)
        #expect(points.count == 25 && points.values.allSatisfy { Set($0.map(\.seed)).count == 2 && $0.count == 2 })
        #expect(Set(points.values.map { $0[0].assignment }).count == 25)
    }

    @Test func sobolHasADimensionForEachParameter() {
        #expect(SearchDescription.mostSobolParameters == SobolSequence.mostDimensions)
    }
}

extension Double {
    fileprivate var logarithm: Double { log2(self) }
}
