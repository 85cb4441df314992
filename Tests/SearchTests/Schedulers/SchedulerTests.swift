import Experiments
import Search
import Studies
import TestSupport
import Testing

/// Schedulers on studies whose workers are played.
@Suite struct SchedulerTests {
    private static let asha = SchedulerDescription.asha(.init(minEpochs: 1, reductionFactor: 3))

    /// A loss that falls with the epochs to a number of the point's own, the lower the point the better.
    private static func steady(_ trial: TrialState, _ epoch: Int) -> Double {
        Double(trial.point) + 10 / Double(epoch)
    }

    @Test func ashaFinishesTheBestAndCutsTheOthers() throws {
        var study = try PlayedStudy(points: 27, epochs: 27, scheduler: Self.asha, loss: Self.steady)
        #expect(try study.play())
        let trials = study.state.trials
        #expect(trials.count == 27 && trials.allSatisfy(\.isOver))
        #expect(trials.filter { $0.phase == .completed }.map(\.point) == [0])
        #expect(trials.filter { $0.phase == .pruned }.count == 26)
        // Rungs of 1, 3 and 9 epochs: 27, 9 and 3 points come there, and one goes on to the end.
        #expect([1, 3, 9, 27].map { epochs in trials.count { $0.history.count >= epochs } } == [27, 9, 3, 1])
        #expect(
            study.state.winner(StudyTerms(rule: PlayedStudy.rule, epochs: 27, seeds: 1, sampler: .grid))?.number == 0)
    }

    /// Later points are better, so that those that went on before are overtaken: the algorithm is not told in advance.
    @Test func ashaGoesOnWithWhatIsBestSoFar() throws {
        var study = try PlayedStudy(points: 30, epochs: 9, slots: 3, scheduler: Self.asha) { trial, epoch in
            Double(30 - trial.point) + 1 / Double(epoch)
        }
        #expect(try study.play())
        #expect(study.state.trials[29].phase == .completed)
        #expect(study.state.trials.count { $0.history.count >= 3 } > 10)
    }

    @Test func firstEpochsFinishesSoMany() throws {
        var study = try PlayedStudy(
            points: 10, epochs: 8, slots: 3, scheduler: .firstEpochs(.init(epochs: 2, keep: .share(0.3))),
            loss: Self.steady)
        #expect(try study.play())
        #expect(study.state.trials.map(\.history.count) == [8, 8, 8, 2, 2, 2, 2, 2, 2, 2])
    }

    /// By hand: three trials of 4 epochs set the median, and what is worse than it ends at once.
    @Test func theMedianEndsWhatFallsBehind() throws {
        let losses: [Int: [Double]] = [
            0: [4, 3, 2, 1], 1: [6, 5, 4, 3], 2: [5, 4, 3, 2], 3: [5, 4.5, 3, 2], 4: [9, 1, 1, 1], 5: [1, .nan, 9, 9],
        ]
        var study = try PlayedStudy(
            points: 6, epochs: 4, scheduler: .median(.init(minTrials: 3, minEpochs: 2))
        ) { losses[$0.point]![$1 - 1] }
        #expect(try study.play())
        // The medians are 5, 4, 3, 2: trial 3 has 4.5 at best after epoch 2; trial 5 keeps its 1.
        #expect(study.state.trials.map(\.history.count) == [4, 4, 4, 2, 4, 4])
        #expect(
            study.state.trials.map(\.phase) == [.completed, .completed, .completed, .pruned, .completed, .completed])
    }

    /// Li et al., table 1: 81 epochs, and brackets that begin with 81, 34, 15, 8 and 5 points.
    @Test func hyperbandDealsPointsAsItsBudgetsSay() throws {
        var study = try PlayedStudy(
            points: 143, epochs: 81, scheduler: .hyperband(.init(minEpochs: 1, reductionFactor: 3)), loss: Self.steady)
        #expect(try study.play())
        let first = study.state.trials.map { trial in
            study.decisions.lazy.compactMap { decision -> Int? in
                if case .pause(trial.number, let after) = decision { after } else { nil }
            }.first ?? 0
        }
        // One that never pauses is trained to its end.
        #expect([1, 3, 9, 27, 0].map { epochs in first.count { $0 == epochs } } == [81, 34, 15, 8, 5])
    }

    /// Whatever the curves, the slots and the seeds are: no trial stays open, somebody is trained to the end, seeds go
    /// together, and another coordinator would decide the same at any moment.
    @Test(arguments: SeededCases(60)) func anyStudyEndsAndIsReplayed(_ seed: SeededCase) throws {
        var random = seed.random
        let schedulers: [SchedulerDescription] = [
            Self.asha, .asha(.init(minEpochs: 2, reductionFactor: 2)),
            .hyperband(.init(minEpochs: 1, reductionFactor: 2)),
            .firstEpochs(.init(epochs: 3, keep: .count(2))), .median(.init(minTrials: 2, minEpochs: 1)),
        ]
        let (points, seeds) = (Int.random(in: 1...20, using: &random), Int.random(in: 1...3, using: &random))
        let noise = (0..<points * seeds).map { _ in (0..<12).map { _ in Double.random(in: 0...1, using: &random) } }
        let scheduler = schedulers.randomElement(using: &random)!
        let isBroken = Bool.random(using: &random)
        var study = try PlayedStudy(
            points: points, seeds: seeds, epochs: Int.random(in: 4...12, using: &random),
            slots: Int.random(in: 1...5, using: &random), scheduler: scheduler
        ) { trial, epoch in
            isBroken && trial.point % 3 == 0 ? .nan : noise[trial.number][epoch - 1] + 1 / Double(epoch)
        }
        #expect(try study.play(), "another search decides otherwise: \(scheduler), \(points) points, \(seeds) seeds")
        #expect(study.state.trials.count == points * seeds && study.state.isOver && study.state.isSearchFinished)
        #expect(isBroken || study.state.trials.contains { $0.phase == .completed })
        // Where the median ends a point, some of its seeds may be over already.
        if case .median = scheduler { return }
        for (_, trials) in Dictionary(grouping: study.state.trials, by: \.point) {
            #expect(Set(trials.map(\.phase)).count == 1, "\(trials.map(\.phase))")
        }
    }
}
