import Coordinator
import Experiments
import Studies
import Testing
import Schema

/// What goes when all checkpoints together take more than the budget, and what goes with a trial's end.
@Suite struct ModelBudgetTests {
    private static let terms = StudyTerms(
        rule: SelectionRule(monitor: "validation_loss", goal: .minimize), epochs: 1, seeds: 2, sampler: .grid)

    private func file(_ kind: StoredFile.Kind, size: Int = 10) -> StoredFile {
        StoredFile(kind: kind, epoch: 1, size: size, sha256: "\(kind)")
    }

    /// Two seeds for each of three points.
    private func coordinator(_ settings: CoordinatorSettings) throws -> PlayedCoordinator {
        try PlayedCoordinator(
            settings: settings,
            trialsOf: [0.1, 0.2, 0.3].flatMap { [$0, $0] }.map { point in
                [.init(path: "model.dropout", value: .double(point))]
            })
    }

    /// A program's model is its checkpoint folder. When trial 4 comes, the worst of the points so far goes, and then trial 4.
    @Test func ofProgramsTheLastOfTheWorstGoes() throws {
        var settings = CoordinatorSettings()
        settings.study.terms = Self.terms
        settings.study.model = .last
        settings.study.checkpointBudget = 45
        var coordinator = try coordinator(settings)
        coordinator.join([1], slots: 6)
        for (trial, loss) in [0.9, 0.1, 0.5, 0.4, 1.0, 0.8].enumerated() {
            complete(trial, loss, .last, in: &coordinator)
        }
        #expect(coordinator.study.trials.filter { $0.last != nil }.map(\.number) == [1, 2, 3, 5])
    }

    private func complete(
        _ trial: Int, _ loss: Double, _ kind: StoredFile.Kind = .best, in coordinator: inout PlayedCoordinator,
        size: Int = 10
    ) {
        let id = AttemptID(trial: trial, attempt: 1)
        coordinator.send(
            .epochFinished(
                Row(id: id, epoch: 1, metrics: ["validation_loss": loss], learningRate: 0, elapsedSeconds: 0)),
            from: [1])
        coordinator.upload(id, file(kind, size: size), from: [1])
        coordinator.finish(id, from: [1])
    }

    private func kept(_ coordinator: PlayedCoordinator) -> [Int] {
        coordinator.study.trials.filter { $0.best != nil }.map(\.number)
    }

    @Test func theWorstPointsModelsGoAndTheWinnersNever() throws {
        var settings = CoordinatorSettings()
        settings.study.terms = Self.terms
        var coordinator = try coordinator(settings)
        coordinator.join([1], slots: 6)
        // Means 0.5, 0.45 and 0.9; the best trial is of the first point, the best point is the second.
        for (trial, loss) in [0.9, 0.1, 0.5, 0.4, 1.0, 0.8].enumerated() {
            complete(trial, loss, in: &coordinator)
        }
        #expect(kept(coordinator) == [0, 1, 2, 3, 4, 5])

        // The same records under budgets.
        for (budget, rest) in [
            (50, [0, 1, 2, 3, 5]), (40, [0, 1, 2, 3]), (30, [1, 2, 3]), (20, [1, 3]), (5, [1, 3]),
        ] {
            settings.study.checkpointBudget = budget
            // A study that is over is not touched: one more trial makes it one that is not.
            let next = try PlayedCoordinator(
                trials: 0, settings: settings, generation: 2,
                after: coordinator.creations + coordinator.records + [
                    .trialCreated(.init(trial: 6, point: 3, replicate: 0, seed: 0, assignment: []))
                ])
            #expect(kept(next) == rest, "\(budget) bytes")
            #expect(next.study.trials.allSatisfy { ($0.bestRemoval == .budget) == !(rest + [6]).contains($0.number) })
        }
    }

    /// A model that arrives needs its room then.
    @Test func theBudgetHoldsAtEveryMoment() throws {
        var settings = CoordinatorSettings()
        settings.study.checkpointBudget = 25
        settings.study.terms = Self.terms
        var coordinator = try coordinator(settings)
        coordinator.join([1], slots: 6)
        for (trial, loss) in [0.9, 0.1, 0.5, 0.4, 1.0, 0.8].enumerated() {
            complete(trial, loss, in: &coordinator)
            #expect(coordinator.study.checkpointBytes <= 25)
        }
        #expect(kept(coordinator).contains(1))
    }

    @Test func aFailedTrialsModelGoesFirst() throws {
        var settings = CoordinatorSettings()
        settings.study.checkpointBudget = 25
        settings.study.terms = Self.terms
        var coordinator = try coordinator(settings)
        coordinator.join([1], slots: 6)
        complete(0, 0.5, in: &coordinator)
        let failed = AttemptID(trial: 1, attempt: 1)
        coordinator.send(
            .epochFinished(
                Row(id: failed, epoch: 1, metrics: ["validation_loss": 0.1], learningRate: 0, elapsedSeconds: 0)),
            from: [1])
        coordinator.upload(failed, file(.best), from: [1])
        coordinator.send(
            .finished(.init(id: failed, state: .failed, stopReason: .error, stopEpoch: 1, error: "x")), from: [1])
        complete(2, 0.9, in: &coordinator)
        #expect(kept(coordinator) == [0, 2])
    }

    @Test func withoutARuleNoModelGoes() throws {
        var settings = CoordinatorSettings()
        settings.study.checkpointBudget = 15
        var coordinator = try coordinator(settings)
        coordinator.join([1], slots: 6)
        for trial in 0..<3 { complete(trial, Double(trial), in: &coordinator) }
        #expect(kept(coordinator) == [0, 1, 2])
    }

    @Test(arguments: [true, false])
    func theLastCheckpointOfACompletedTrialStaysWhereItIsAskedFor(keepsLast: Bool) throws {
        var settings = CoordinatorSettings()
        settings.study.keepsLast = keepsLast
        var coordinator = try coordinator(settings)
        coordinator.join([1], slots: 6)
        for trial in 0..<2 {
            let id = AttemptID(trial: trial, attempt: 1)
            coordinator.finishEpochs(id, 1...1, from: [1])
            coordinator.upload(id, file(.best), from: [1])
            coordinator.upload(id, file(.last), from: [1])
        }
        coordinator.finish(.init(trial: 0, attempt: 1), from: [1])
        let removal = JournalRecord.fileRemoved(.init(trial: 0, kind: .last, reason: .finished, unix: 0))
        #expect(coordinator.actions.contains(.append(removal)) == !keepsLast)
        #expect(
            coordinator.actions.contains(.storeWhenDurable(.remove(trial: 0, .last, restoresPrevious: false)))
                == !keepsLast)
        #expect(coordinator.study.trials[0].best != nil)
        // What failed may be tried again.
        let failed = AttemptID(trial: 1, attempt: 1)
        coordinator.send(
            .finished(.init(id: failed, state: .failed, stopReason: .error, stopEpoch: 1, error: "x")), from: [1])
        #expect(coordinator.study.trials[1].last != nil)
    }
}
