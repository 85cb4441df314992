import Experiments
import Studies
import StudyStore
import TestSupport
import Schema
import Worker

/// An attempt that was run to its end, with all that it reported and saved.
struct RecordedRun {
    var events: [RunnerEvent] = []
    /// Every checkpoint's bytes, in order.
    var checkpoints: [(file: StoredFile, bytes: [UInt8])] = []

    /// - Parameters:
    ///   - assign: its experiment is the text itself, not a digest.
    ///   - order: sees each event, and may give an order.
    init(
        _ assign: CoordinatorMessage.Assign, from checkpoint: (file: StoredFile, bytes: [UInt8])? = nil,
        cache: DataCache = DataCache(folder: "."), progressInterval: Duration = .milliseconds(250),
        shareOfSaving: Double = 0.05, order: (RunnerEvent, RunControl) -> Void = { _, _ in }
    ) throws {
        let folder = try TemporaryDirectory()
        let spool = try Spool(in: folder.path, worker: "h-1-1", host: "h")
        let resumed = try checkpoint.map { file, bytes in
            var file = file
            file.size = bytes.count
            return try spool.write(bytes, as: file, of: assign.id)
        }
        let control = RunControl()
        var run = self
        let file = try ExperimentFile(text: assign.experiment, name: "test").trial(assigning: assign.parameters)
        let attempt = TrialAttempt(assign: assign, file: file, checkpoint: resumed, spool: spool)
        let runner = BuiltInRunner(cache, progressInterval: progressInterval, shareOfSaving: shareOfSaving)
        withoutActuallyEscaping(order) { order in
            runner.run(attempt, control: control) { events in
                for event in events {
                    run.events.append(event)
                    if case .checkpoint(_, let file) = event, let bytes = try? spool.read(file) {
                        run.checkpoints.append((file.file, bytes))
                    }
                    order(event, control)
                }
            }
        }
        self = run
    }

    var epochs: [EpochResult] {
        events.compactMap { if case .epochFinished(let result) = $0 { result } else { nil } }
    }

    var outcome: TrialOutcome? {
        if case .finished(let outcome)? = events.last { outcome } else { nil }
    }

    var progress: [Progress] {
        events.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
    }

    /// The newest of its kind.
    func checkpoint(_ kind: StoredFile.Kind) -> (file: StoredFile, bytes: [UInt8])? {
        checkpoints.last { $0.file.kind == kind }
    }
}
