import Compute
import Experiments
import Studies
import StudyStore
import Schema

/// How far an attempt is, told from time to time.
final class ProgressReports {
    private let id: AttemptID
    private let interval: Duration
    private let report: (RunnerEvent) -> Void
    private var last = ContinuousClock.now

    /// - Parameter interval: how often; always where it is zero.
    init(of id: AttemptID, every interval: Duration, report: @escaping (RunnerEvent) -> Void) {
        self.id = id
        self.interval = interval
        self.report = report
    }

    /// In training.
    func report(_ session: TrainingSession, _ stage: Checkpoint.Stage) {
        tell {
            Progress(
                id: id, epoch: session.loop.position.epoch, step: session.loop.position.step,
                steps: session.loop.stepsPerEpoch, patienceLeft: session.earlyStopping.patienceLeft,
                stage: stage == .teacher ? stage.rawValue : nil)
        }
    }

    /// In an evaluation: batches take the place of steps.
    func report(_ session: TrainingSession, stage: String, done: Int, of all: Int) {
        tell {
            Progress(
                id: id, epoch: session.history.count + 1, step: done, steps: all,
                patienceLeft: session.earlyStopping.patienceLeft, stage: stage)
        }
    }

    /// The trial waits for room in the spool. It is told at once: there may be nothing more to tell for long.
    func reportWaiting(_ session: TrainingSession) {
        report(
            .progress(
                Progress(
                    id: id, epoch: session.history.count, step: 0, steps: 0,
                    patienceLeft: session.earlyStopping.patienceLeft, stage: "waiting")))
    }

    /// Before training.
    ///
    /// - Throws: ``Interruption`` where there is another order than to train.
    func heed(_ control: RunControl, stage: String, done: Int, of all: Int) throws {
        tell { Progress(id: id, epoch: 0, step: done, steps: all, patienceLeft: nil, stage: stage) }
        guard control.order == .run else { throw Interruption() }
    }

    private func tell(_ progress: () -> Progress) {
        let now = ContinuousClock.now
        guard now - last >= interval else { return }
        last = now
        report(.progress(progress()))
    }
}
