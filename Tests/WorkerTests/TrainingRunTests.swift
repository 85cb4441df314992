import Experiments
import Studies
import Hashing
import StudyStore
import Testing
import Schema
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

    @Test func aTrialReportsEveryEpochThenItsCheckpointsThenItsOutcome() throws {
        let events = try RecordedRun(Self.assign(Self.experiment()))
        let epochs = events.epochs
        #expect(epochs.map(\.epoch) == [1, 2, 3, 4])
        let outcome = try #require(events.outcome)
        #expect(outcome.state == .completed && outcome.stopReason == .budget && outcome.stopEpoch == 4)
        #expect(
            outcome.testMetrics.keys.sorted() == [
                "test_accuracy", "test_auroc", "test_average_precision", "test_balanced_accuracy",
                "test_calibration_error", "test_cross_entropy", "test_loss", "test_macro_f1", "test_macro_precision",
                "test_macro_recall", "test_top5_accuracy", "test_weighted_f1", "test_weighted_precision",
                "test_weighted_recall",
            ])
        let best = try #require(events.checkpoint(.best))
        #expect(SHA256Digest.hexadecimal(of: best.bytes) == best.file.sha256 && best.bytes.count == best.file.size)
        // The loss is plain cross-entropy here, summed by its kernel.
        for metrics in epochs.map(\.metrics) {
            let (plain, loss) = try (
                #require(metrics["validation_cross_entropy"]), #require(metrics["validation_loss"])
            )
            #expect(abs(plain / loss - 1) < 1e-5)
        }
        let losses = epochs.map { $0.metrics["validation_loss"]! }
        #expect(best.file.epoch == losses.firstIndex(of: losses.min()!)! + 1)
    }

    /// One validation sample has no variance, so that its R2 is never a number: there is no epoch to keep.
    @Test func withoutAFiniteValueATrialFailsAndIsNotTested() throws {
        let run = try RecordedRun(
            Self.assign(
                """
                data: {source: housing, split: {validation: 1, test: 20}}
                model: {preset: regressor}
                train: {epochs: 3, select: {monitor: validation_r2}}
                """))
        let outcome = try #require(run.outcome)
        #expect(run.epochs.count == 3 && outcome.state == .failed && outcome.stopReason == .error)
        #expect(outcome.testMetrics.isEmpty && run.checkpoint(.best) == nil)
        #expect(outcome.error?.contains("validation_r2 of the trial was not a finite number in any of its 3") == true)
        for metrics in run.epochs.map(\.metrics) {
            let (plain, rmse) = try (
                #require(metrics["validation_mean_squared_error"]), #require(metrics["validation_rmse"])
            )
            #expect(abs(plain / (rmse * rmse) - 1) < 1e-12)
        }
    }

    /// Paused in the middle of the third epoch, and resumed: the same bits as if it had never stopped.
    @Test func aPausedTrialResumesBitForBit() throws {
        let whole = try RecordedRun(Self.assign(Self.experiment()))
        let assign = try Self.assign(Self.experiment())
        let first = try RecordedRun(assign) { event, control in
            if case .epochFinished(let result) = event, result.epoch == 2 { control.give(.pause) }
        }
        #expect(first.events.last == .paused(assign.id))
        let last = try #require(first.checkpoint(.last))
        let second = try RecordedRun(Self.assign(Self.experiment(), attempt: 2, resume: last.file), from: last)
        let joined = first.epochs + second.epochs
        #expect(joined.map(\.metrics) == whole.epochs.map(\.metrics))
        #expect(second.outcome?.testMetrics == whole.outcome?.testMetrics)
        let resumed = try Checkpoint(decoding: try #require(second.checkpoint(.best)).bytes)
        let undisturbed = try Checkpoint(decoding: try #require(whole.checkpoint(.best)).bytes)
        #expect(resumed.modelState == undisturbed.modelState)
    }

    /// Saved after every few steps, it comes to the same bits as one that was never saved; and so does what goes on from
    /// any of these checkpoints.
    @Test func aTrialThatIsSavedInMidEpochEndsWithTheSameBits() throws {
        // Steps enough for several checkpoints in each epoch.
        let experiment = Self.experiment().replacing("batch_size: 64", with: "batch_size: 2")
        let whole = try RunTrace(RecordedRun(Self.assign(experiment)), from: 4)
        let saving = try RecordedRun(
            Self.assign(experiment + "\ncheckpoint: {every: 1ms}"), shareOfSaving: 100)
        #expect(try RunTrace(saving, from: 4) == whole)
        let lasts = saving.checkpoints.filter { $0.file.kind == .last }
        let inMidEpoch = try lasts.filter { try (Checkpoint(decoding: $0.bytes).resume?.position.step ?? 0) > 0 }
        #expect(!inMidEpoch.isEmpty, "\(lasts.count) checkpoints")
        let last = try #require(inMidEpoch.first)
        let resumed = try RecordedRun(Self.assign(experiment, attempt: 2, resume: last.file), from: last)
        #expect(try RunTrace(resumed, from: 4) == whole)
    }

    @Test func theBestIsSavedOnlyWhenItIsAnotherAndBeforeTheLastThatNeedsIt() throws {
        let run = try RecordedRun(
            Self.assign(Self.experiment() + "\ncheckpoint: {every: 1ms}"), shareOfSaving: 1)
        let bests = run.checkpoints.filter { $0.file.kind == .best }.map(\.file.epoch)
        // The last one has the temperature as well, and may be of an epoch that was saved before.
        #expect(!bests.isEmpty && Set(bests.dropLast()).count == bests.count - 1, "\(bests)")
        var newest: Int?
        for (file, _) in run.checkpoints {
            if file.kind == .best { newest = file.epoch } else { #expect(file.bestEpoch == newest) }
        }
    }

    /// An order is heard between the batches of a validation; the epoch that was not yet judged is judged later.
    @Test func aTrialPausedWhileItIsJudgedResumesBitForBit() throws {
        let whole = try RecordedRun(Self.assign(Self.experiment()))
        for stage in ["validating", "testing"] {
            let first = try RecordedRun(Self.assign(Self.experiment()), progressInterval: .zero) { event, control in
                if case .progress(let progress) = event, progress.stage == stage, progress.epoch >= 3,
                    progress.step == 2
                {
                    control.give(.pause)
                }
            }
            guard case .paused? = first.events.last else {
                Issue.record("\(stage): \(first.events.last as Any)")
                continue
            }
            let last = try #require(first.checkpoint(.last))
            let second = try RecordedRun(Self.assign(Self.experiment(), attempt: 2, resume: last.file), from: last)
            let joined = first.epochs + second.epochs
            #expect(joined.map(\.metrics) == whole.epochs.map(\.metrics), "\(stage)")
            #expect(joined.map(\.learningRate) == whole.epochs.map(\.learningRate), "\(stage)")
            #expect(second.outcome?.testMetrics == whole.outcome?.testMetrics, "\(stage)")
        }
    }

    @Test func anAbandonedTrialLeavesAtOnce() throws {
        let assign = try Self.assign(Self.experiment(epochs: 50))
        let events = try RecordedRun(assign) { event, control in
            if case .epochFinished(let result) = event, result.epoch == 2 { control.give(.abandon) }
        }
        #expect(events.events.last == .left(assign.id))
        #expect(events.epochs.count == 2)
    }

    @Test func aLossThatIsNoNumberFailsTheTrialAndNamesTheEpoch() throws {
        let diverging = Self.experiment(optimizer: "{kind: sgd, learning_rate: 1.0e+30}")
        let outcome = try #require(RecordedRun(Self.assign(diverging)).outcome)
        #expect(outcome.state == .failed && outcome.stopReason == .error)
        #expect(outcome.error?.contains("epoch 1") == true, "\(outcome.error ?? "")")
    }

    @Test func earlyStoppingEndsATrialAndKeepTrainingOnlyNotesIt() throws {
        let stopped = try #require(
            RecordedRun(Self.assign(Self.experiment(stopping: "{threshold: 100}"))).outcome)
        #expect(stopped.stopEpoch == 1 && stopped.stopReason == .earlyStopping)
        let kept = try #require(
            RecordedRun(Self.assign(Self.experiment(stopping: "{threshold: 100, keep_training: true}"))).outcome)
        #expect(kept.stopEpoch == 4 && kept.wouldHaveStoppedAt == 1 && kept.stopReason == .budget)
    }

    @Test func dataThatHaveChangedAreRefused() throws {
        var assign = try Self.assign(Self.experiment())
        assign.dataDigest = "another"
        let outcome = try #require(RecordedRun(assign).outcome)
        #expect(outcome.state == .failed && outcome.error?.contains("digits") == true)
    }

    @Test func aDamagedCheckpointFailsTheTrialAndNothingElse() throws {
        let file = StoredFile(kind: .last, epoch: 1, size: 4, sha256: "")
        let events = try RecordedRun(
            Self.assign(Self.experiment(), attempt: 2, resume: file), from: (file, [1, 2, 3, 4]))
        #expect(events.outcome?.state == .failed)
        #expect(events.epochs.isEmpty)
    }
}
