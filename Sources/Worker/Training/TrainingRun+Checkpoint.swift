import Compute
import Experiments
import Hashing
import StudyStore
import Wire

extension TrainingRun {
    /// Reports the weights of the selected epoch; there are none while every value so far was NaN. A teacher's are
    /// nobody's result.
    func saveBest() throws {
        guard stage == .model, let bestState = course.bestState, let epoch = course.selection.bestEpoch else { return }
        try save(.best, epoch: epoch, model: bestState, resume: nil)
    }

    /// Reports all that resuming needs, at this step.
    func saveLast() throws {
        lastCheckpoint = .now
        let model = course.trainer.modelState()
        let resume = course.resume(
            model: model, stage: stage, labels: labels?.classes, elapsedSeconds: elapsed.inSeconds)
        // While a teacher is trained, the trial itself has no epoch yet.
        try save(.last, epoch: stage == .teacher ? 0 : course.history.count, model: model, resume: resume)
    }

    private func save(_ kind: StoredFile.Kind, epoch: Int, model: [NamedTensor], resume: Checkpoint.Resume?) throws {
        let checkpoint = Checkpoint(
            experiment: assign.experiment, id: assign.id, seed: assign.seed, epoch: epoch,
            modelState: model.map(NamedArray.init), resume: resume)
        let bytes = try checkpoint.encode()
        let file = StoredFile(
            kind: kind, epoch: epoch, size: bytes.count, sha256: SHA256Digest.hexadecimal(of: bytes))
        report(.checkpoint(assign.id, file, bytes: bytes))
    }
}
