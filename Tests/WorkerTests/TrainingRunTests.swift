import Experiments
import Hashing
import StudyStore
import Testing
import Wire
import Worker

@Suite struct TrainingRunTests {
    static func experiment(
        epochs: Int = 4, optimizer: String = "{kind: adam, learning_rate: 1.0e-3}", stopping: String = "none"
    ) -> String {
        """
        seed: 5
        data: {source: digits, batch_size: 64}
        model: {layers: [flatten, {linear: {features: 24}}, relu, {dropout: 0.3}, {linear: {features: 10}}]}
        optimizer: \(optimizer)
        train: {epochs: \(epochs), early_stopping: \(stopping)}
        """
    }

    static func assign(_ experiment: String, attempt: Int = 1, resume: StoredFile? = nil) throws
        -> CoordinatorMessage.Assign
    {
        let file = try ExperimentFile(text: experiment, name: "test")
        let data = try TrialData(file.experiment, folder: ".")
        return .init(
            id: .init(trial: 0, attempt: attempt), seed: 77, experiment: file.resolvedYAML(), dataDigest: data.digest,
            resume: resume)
    }

    /// Runs an attempt to its end and returns what it reported.
    static func run(
        _ assign: CoordinatorMessage.Assign, checkpoint: [UInt8]? = nil,
        order: (SlotEvent, SlotControl) -> Void = { _, _ in }
    ) -> [SlotEvent] {
        var events: [SlotEvent] = []
        let control = SlotControl()
        withoutActuallyEscaping(order) { order in
            TrainingRun.perform(
                assign, checkpoint: checkpoint, cache: DataCache(folder: "."), control: control
            ) { event in
                events.append(event)
                order(event, control)
            }
        }
        return events
    }

    static func epochs(_ events: [SlotEvent]) -> [EpochResult] {
        events.compactMap { if case .epochFinished(let result) = $0 { result } else { nil } }
    }

    static func checkpoint(_ kind: StoredFile.Kind, _ events: [SlotEvent]) -> (file: StoredFile, bytes: [UInt8])? {
        events.reversed().lazy.compactMap { event in
            if case .checkpoint(_, let file, let bytes) = event, file.kind == kind { (file, bytes) } else { nil }
        }.first
    }

    static func outcome(_ events: [SlotEvent]) -> TrialOutcome? {
        if case .finished(let outcome)? = events.last { outcome } else { nil }
    }

    @Test func aTrialReportsEveryEpochThenItsCheckpointsThenItsOutcome() throws {
        let events = Self.run(try Self.assign(Self.experiment()))
        let epochs = Self.epochs(events)
        #expect(epochs.map(\.epoch) == [1, 2, 3, 4])
        let outcome = try #require(Self.outcome(events))
        #expect(outcome.state == .completed && outcome.stopReason == .budget && outcome.stopEpoch == 4)
        #expect(
            outcome.testMetrics.keys.sorted() == [
                "test_accuracy", "test_loss", "test_macro_f1", "test_macro_precision", "test_macro_recall",
                "test_weighted_f1", "test_weighted_precision", "test_weighted_recall",
            ])
        let best = try #require(Self.checkpoint(.best, events))
        #expect(SHA256Digest.hexadecimal(of: best.bytes) == best.file.sha256 && best.bytes.count == best.file.size)
        let losses = epochs.map { $0.metrics["validation_loss"]! }
        #expect(best.file.epoch == losses.firstIndex(of: losses.min()!)! + 1)
    }

    /// Paused in the middle of the third epoch, and resumed: the same bits as if it had never stopped.
    @Test func aPausedTrialResumesBitForBit() throws {
        let whole = Self.run(try Self.assign(Self.experiment()))
        let assign = try Self.assign(Self.experiment())
        let first = Self.run(assign) { event, control in
            if case .epochFinished(let result) = event, result.epoch == 2 { control.give(.pause) }
        }
        #expect(first.last == .paused(assign.id))
        let last = try #require(Self.checkpoint(.last, first))
        let second = Self.run(try Self.assign(Self.experiment(), attempt: 2, resume: last.file), checkpoint: last.bytes)
        let joined = Self.epochs(first) + Self.epochs(second)
        #expect(joined.map(\.metrics) == Self.epochs(whole).map(\.metrics))
        #expect(Self.outcome(second)?.testMetrics == Self.outcome(whole)?.testMetrics)
        let resumed = try Checkpoint(decoding: try #require(Self.checkpoint(.best, second)).bytes)
        let undisturbed = try Checkpoint(decoding: try #require(Self.checkpoint(.best, whole)).bytes)
        #expect(resumed.modelState == undisturbed.modelState)
    }

    @Test func anAbandonedTrialLeavesAtOnce() throws {
        let assign = try Self.assign(Self.experiment(epochs: 50))
        let events = Self.run(assign) { event, control in
            if case .epochFinished(let result) = event, result.epoch == 2 { control.give(.abandon) }
        }
        #expect(events.last == .left(assign.id))
        #expect(Self.epochs(events).count == 2)
    }

    @Test func aLossThatIsNoNumberFailsTheTrialAndNamesTheEpoch() throws {
        let diverging = Self.experiment(optimizer: "{kind: sgd, learning_rate: 1.0e+30}")
        let outcome = try #require(Self.outcome(Self.run(try Self.assign(diverging))))
        #expect(outcome.state == .failed && outcome.stopReason == .error)
        #expect(outcome.error?.contains("epoch 1") == true, "\(outcome.error ?? "")")
    }

    @Test func earlyStoppingEndsATrialAndKeepTrainingOnlyNotesIt() throws {
        let stopped = try #require(
            Self.outcome(Self.run(try Self.assign(Self.experiment(stopping: "{threshold: 100}")))))
        #expect(stopped.stopEpoch == 1 && stopped.stopReason == .earlyStopping)
        let kept = try #require(
            Self.outcome(
                Self.run(try Self.assign(Self.experiment(stopping: "{threshold: 100, keep_training: true}")))))
        #expect(kept.stopEpoch == 4 && kept.wouldHaveStoppedAt == 1 && kept.stopReason == .budget)
    }

    @Test func dataThatHaveChangedAreRefused() throws {
        var assign = try Self.assign(Self.experiment())
        assign.dataDigest = "another"
        let outcome = try #require(Self.outcome(Self.run(assign)))
        #expect(outcome.state == .failed && outcome.error?.contains("digits") == true)
    }

    @Test func aDamagedCheckpointFailsTheTrialAndNothingElse() throws {
        let file = StoredFile(kind: .last, epoch: 1, size: 4, sha256: "")
        let events = Self.run(try Self.assign(Self.experiment(), attempt: 2, resume: file), checkpoint: [1, 2, 3, 4])
        #expect(Self.outcome(events)?.state == .failed)
        #expect(Self.epochs(events).isEmpty)
    }
}
