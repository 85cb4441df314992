import Compute
import Experiments
import Studies
import Foundation
import Hashing
import Prediction
import StudyStore
import Schema

extension TrainingRun {
    /// Saves all that resuming needs, and before it the best weights, where they are others than those saved last. A
    /// spool without room costs checkpoints, not the trial: it goes on, and tries again when the next one is due.
    ///
    /// - Returns: whether the spool took them.
    @discardableResult
    func save() throws -> Bool {
        do {
            try saving.measure {
                try saveBest()
                try saveLast()
            }
            spool.recovered()
            return true
        } catch let error as SpoolError {
            spool.inTrouble(error)
            return false
        }
    }

    /// Saves what remains of the trial, which is not over before that is done.
    ///
    /// - Throws: ``Interruption`` where an order comes while the spool has no room.
    func saveFinal() throws {
        while true {
            do {
                try saveBest()
                // A trial that early stopping ended has no more to train, whatever its budget becomes.
                if !session.earlyStopping.shouldStop { try saveLast() }
                return spool.recovered()
            } catch let error as SpoolError {
                spool.inTrouble(error)
                // Nobody shall take it for a training that hangs.
                progress.reportWaiting(session)
                // A thousandth of a second, to hear an order soon; a second, to try again.
                for _ in 0..<1000 {
                    guard control.order == .run else { throw Interruption() }
                    Thread.sleep(forTimeInterval: 0.001)
                }
            }
        }
    }

    /// Reports the weights of the selected epoch; there are none while every value so far was NaN. A teacher's are
    /// nobody's result.
    private func saveBest() throws {
        guard stage == .model, let bestState = session.bestState, let epoch = session.selection.bestEpoch,
            epoch != savedBest
        else { return }
        try save(.best, epoch: epoch, model: bestState, resume: nil)
        savedBest = epoch
    }

    /// Reports all that resuming needs, at this step.
    private func saveLast() throws {
        let model = session.trainer.modelState()
        let resume = session.resume(
            model: model, stage: stage, labels: labels?.classes, elapsedSeconds: elapsed.inSeconds)
        // While a teacher is trained, the trial itself has no epoch yet.
        try save(.last, epoch: stage == .teacher ? 0 : session.history.count, model: model, resume: resume)
    }

    private func save(_ kind: StoredFile.Kind, epoch: Int, model: [NamedTensor], resume: Checkpoint.Resume?) throws {
        let checkpoint = Checkpoint(
            experiment: resolved, id: assign.id, seed: assign.seed, epoch: epoch,
            modelState: model.map(NamedArray.init),
            preparation: resume == nil ? .init(data.prepared, temperature: temperature, software: software) : nil,
            resume: resume)
        let bytes = try checkpoint.encode()
        let file = StoredFile(
            kind: kind, epoch: epoch, size: bytes.count, sha256: SHA256Digest.hexadecimal(of: bytes),
            bestEpoch: kind == .last && stage == .model ? savedBest : nil)
        report(.checkpoint(assign.id, try spool.write(bytes, as: file, of: assign.id)))
    }
}
