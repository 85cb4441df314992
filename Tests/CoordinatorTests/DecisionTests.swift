import Coordinator
import Experiments
import Schema
import Search
import Studies
import Testing

/// What a search decides becomes a record, and then happens.
@Suite struct DecisionTests {
    /// Decides what a list says, each at its time.
    private struct ScriptedSearch: TrialSearch {
        struct Step {
            var decision: Decision
            /// Whether its time has come.
            var isDue: @Sendable (StudyState) -> Bool = { _ in true }
        }

        var steps: [Step]

        mutating func next(_ history: StudyState, hasFreeSlot: Bool) -> ReasonedDecision? {
            guard let step = steps.first, step.isDue(history) else { return nil }
            if case .create = step.decision, !hasFreeSlot { return nil }
            steps.removeFirst()
            return ReasonedDecision(step.decision, reason: "it says so")
        }

        func remaining(_ history: StudyState) -> Int {
            steps.count { if case .create = $0.decision { true } else { false } }
        }
    }

    private static func creation(_ trial: Int, from: Int? = nil) -> ScriptedSearch.Step {
        .init(decision: .create(.init(trial: trial, point: trial, replicate: 0, seed: 0, assignment: [], from: from)))
    }

    private func coordinator(_ steps: [ScriptedSearch.Step]) throws -> PlayedCoordinator {
        try PlayedCoordinator(trials: 0, search: ScriptedSearch(steps: steps + [.init(decision: .finish)]))
    }

    private func id(_ trial: Int, _ attempt: Int = 1) -> AttemptID { .init(trial: trial, attempt: attempt) }

    private func file(_ kind: StoredFile.Kind, _ epoch: Int) -> StoredFile {
        StoredFile(kind: kind, epoch: epoch, size: 10, sha256: "\(kind)\(epoch)")
    }

    private func assignment(_ actions: [CoordinatorAction]) -> CoordinatorMessage.Assign? {
        actions.lazy.compactMap { if case .send(.assign(let assign), _) = $0 { assign } else { nil } }.first
    }

    @Test func trialsAreCreatedAsSlotsAskForThem() throws {
        var coordinator = try coordinator((0..<1000).map { Self.creation($0) })
        #expect(coordinator.study.trials.isEmpty)
        #expect(coordinator.join([1], slots: 2).assigned(to: [1]) == [id(0), id(1)])
        #expect(coordinator.study.trials.count == 2 && !coordinator.study.isSearchFinished)
        coordinator.finish(id(0), from: [1])
        #expect(coordinator.study.trials.count == 2, "nobody has asked")
        #expect(coordinator.beat([1], slots: 1, [Progress(id(1))]).assigned(to: [1]) == [id(2)])
    }

    @Test func aDecisionStandsInTheJournalBeforeItsTrialBegins() throws {
        var coordinator = try coordinator([Self.creation(0)])
        let actions = coordinator.join([1])
        let places = actions.compactMap { action -> String? in
            switch action {
            case .append(_, .decided(let decided), _): decided.reason
            case .append(_, .attemptStarted, _): "started"
            case .send(.assign, _): "assigned"
            default: nil
            }
        }
        #expect(places == ["it says so", "it says so", "started", "assigned"])
        #expect(coordinator.study.isSearchFinished)
    }

    @Test func aStudyIsOverWhenItsSearchSaysSo() throws {
        var coordinator = try coordinator([Self.creation(0), Self.creation(1)])
        coordinator.join([1])
        coordinator.finish(id(0), from: [1])
        #expect(coordinator.study.isOver && !coordinator.machine.isDraining, "there is one more to create")
        coordinator.beat([1], slots: 1)
        coordinator.finish(id(1), from: [1])
        #expect(coordinator.machine.isDraining)
    }

    @Test func aPausedTrialIsSavedAndGoesOnElsewhere() throws {
        var coordinator = try coordinator([
            Self.creation(0), .init(decision: .pause(trial: 0, after: 2)), Self.creation(1),
            .init(decision: .resume(trial: 0, until: 4)) {
                $0.trials[0].phase == .paused && $0.trials[1].history.count == 1
            },
        ])
        #expect(try #require(assignment(coordinator.join([1]))).pauseAfter == 2)
        #expect(!coordinator.finishEpochs(id(0), 1...1, from: [1]).contains(.send(.recall(id(0)), to: [1])))
        #expect(coordinator.finishEpochs(id(0), 2...2, from: [1]).contains(.send(.recall(id(0)), to: [1])))
        coordinator.upload(id(0), file(.last, 2), from: [1])
        coordinator.send(.handBack(id(0)), from: [1])
        #expect(coordinator.study.trials[0].phase == .paused && coordinator.study.counts.paused == 1)
        #expect(coordinator.join([2]).assigned(to: [2]) == [id(1)])
        #expect(coordinator.join([3]).assigned(to: [3]).isEmpty, "it is not resumed yet")
        #expect(!coordinator.study.isOver && !coordinator.machine.isDraining)

        coordinator.finishEpochs(id(1), 1...1, from: [2])
        let resumed = try #require(assignment(coordinator.wait(.seconds(1))))
        #expect(resumed.id == id(0, 2) && resumed.resume == file(.last, 2) && resumed.pauseAfter == 4)
        coordinator.finishEpochs(id(0, 2), 3...4, from: [3])
        coordinator.upload(id(0, 2), file(.last, 4), from: [3])
        coordinator.send(.handBack(id(0, 2)), from: [3])
        let trial = coordinator.study.trials[0]
        #expect(trial.phase == .paused && trial.history.count == 4, "\(trial)")
    }

    /// A lost worker leaves no checkpoint of the epoch: the trial is trained up to there again.
    @Test func aTrialPausesOnlyWithItsCheckpoint() throws {
        var coordinator = try coordinator([Self.creation(0), .init(decision: .pause(trial: 0, after: 1))])
        coordinator.join([1])
        coordinator.finishEpochs(id(0), 1...1, from: [1])
        coordinator.loses("host-1-1", nil)
        #expect(coordinator.study.trials[0].phase == .waiting)
        let again = try #require(assignment(coordinator.join([2])))
        #expect(again.id == id(0, 2) && again.pauseAfter == 1 && coordinator.study.trials[0].history.isEmpty)
    }

    @Test func aStoppedTrialEndsWithTheEpochsThatItHas() throws {
        var coordinator = try coordinator([
            Self.creation(0), Self.creation(1), .init(decision: .stop(trial: 0)) { $0.trials[0].history.count == 2 },
        ])
        coordinator.join([1], slots: 2)
        #expect(coordinator.finishEpochs(id(0), 1...2, from: [1]).contains(.send(.prune(id(0)), to: [1])))
        coordinator.upload(id(0), file(.last, 2), from: [1])
        coordinator.send(.handBack(id(0)), from: [1])
        let outcome = try #require(coordinator.study.trials[0].outcome)
        #expect(outcome.state == .pruned && outcome.stopReason == .decision && outcome.stopEpoch == 2)
        #expect(coordinator.study.trials[1].phase == .running)
    }

    @Test func aWaitingTrialIsStoppedAtOnce() throws {
        var coordinator = try coordinator([
            Self.creation(0), Self.creation(1),
            .init(decision: .stop(trial: 0)) { $0.trials[0].phase == .waiting && $0.trials[1].history.count == 1 },
        ])
        coordinator.join([1], slots: 2)
        coordinator.finishEpochs(id(0), 1...1, from: [1])
        coordinator.upload(id(0), file(.last, 1), from: [1])
        coordinator.pause(true)
        coordinator.send(.handBack(id(0)), from: [1])
        coordinator.finishEpochs(id(1), 1...1, from: [1])
        #expect(coordinator.study.trials[0].outcome?.stopReason == .decision)
    }

    /// What another trial has learnt, and none of its epochs.
    @Test func aTrialBeginsWithAnothersModel() throws {
        var coordinator = try coordinator([Self.creation(0), Self.creation(1, from: 0)])
        coordinator.join([1])
        coordinator.finishEpochs(id(0), 1...2, from: [1])
        let model = file(.best, 2)
        coordinator.upload(id(0), model, from: [1])
        coordinator.finish(id(0), from: [1])
        let assign = try #require(assignment(coordinator.beat([1], slots: 1)))
        #expect(assign.id == id(1) && assign.resume == model && assign.resumedEpoch == 0)
        #expect(coordinator.study.trials[1].history.isEmpty)
        let fetch = coordinator.send(.fetch(.init(id: id(1), file: .best, offset: 0)), from: [1])
        #expect(fetch == [.store(.read(Chunk(id: id(1), file: model, offset: 0), ofTrial: 0))])
    }

    /// What it was told to begin with is gone: it is told another.
    @Test func aReplacedBeginningIsToldAnew() throws {
        var coordinator = try coordinator([Self.creation(0), Self.creation(1, from: 0)])
        coordinator.join([1])
        coordinator.finishEpochs(id(0), 1...2, from: [1])
        coordinator.upload(id(0), file(.best, 1), from: [1])
        #expect(try #require(assignment(coordinator.join([2]))).resume == file(.best, 1))
        coordinator.upload(id(0), file(.best, 2), from: [1])
        let fetch = coordinator.send(.fetch(.init(id: id(1), file: .best, offset: 0)), from: [2])
        #expect(fetch.contains(.send(.abandon(id(1)), to: [2])) && fetch.ended(.undelivered) == [id(1)])
        let again = try #require(assignment(coordinator.send(.ready(.init(slots: 1)), from: [2])))
        #expect(again.id == id(1, 2) && again.resume == file(.best, 2))
    }

    @Test func aNewNameIsANumberFromItsFirstRowOn() throws {
        var coordinator = try coordinator([Self.creation(0), Self.creation(1)])
        coordinator.join([1])
        func send(_ epoch: Int, _ metrics: [Int], named: [String: Double]) -> [CoordinatorAction] {
            coordinator.send(
                .epochFinished(
                    Row(
                        id: id(0), epoch: epoch, elapsedSeconds: 0, learningRate: nil, metrics: metrics,
                        values: metrics.map { Double($0) + 0.5 }, named: named)), from: [1])
        }
        #expect(
            send(1, [], named: ["b": 1, "a": 2]).last
                == .send(.epochStored(.init(id: id(0), epoch: 1, metrics: ["a": 0, "b": 1])), to: [1]))
        #expect(send(2, [2], named: [:]).refusals.first?.contains("never given") == true)
        // In mid-study, and by the name of one that has a number.
        #expect(
            send(2, [0, 1], named: ["c": 3, "b": 4]).last
                == .send(.epochStored(.init(id: id(0), epoch: 2, metrics: ["b": 1, "c": 2])), to: [1]))
        #expect(coordinator.study.metrics.names == ["a", "b", "c"])
        #expect(coordinator.study.trials[0].history[1].metrics["c"] == 3)
        coordinator.finish(id(0), from: [1])
        #expect(assignment(coordinator.beat([1], slots: 1))?.metrics == ["a", "b", "c"], "the next knows them")
    }

    @Test func aSearchGoesOnWhereTheLastCoordinatorEnded() throws {
        var first = try PlayedCoordinator(trials: 0, search: PlannedSearch(Self.plan, sampler: .grid))
        #expect(first.status.trials.waiting == 4)
        first.join([1], slots: 2)
        #expect(first.status.trials.waiting == 2 && first.status.trials.running == 2)
        first.finish(id(0), from: [1])
        var state = StudyState()
        try state.apply(.studyCreated(.init(identity: "", dataDigest: "", program: "", unix: 0)))
        for record in first.records { try state.apply(record) }
        var next = try PlayedCoordinator(
            trials: 0, generation: 2, after: first.records,
            search: PlannedSearch(Self.plan, sampler: .grid, after: state))
        next.join([2], slots: 4)
        #expect(next.study.trials.map(\.assignment) == (0..<4).map { Self.plan.trial($0)!.assignment })
        #expect(next.study.isSearchFinished)
    }

    private static let plan = TrialPlan(
        SearchDescription(
            sampler: .grid, trials: 4, seeds: 1,
            parameters: [.init(path: "p", domain: .values([.int(1), .int(2), .int(3), .int(4)]))]), seed: 0)
}
