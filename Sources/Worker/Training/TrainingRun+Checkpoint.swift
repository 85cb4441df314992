import Compute
import Experiments
import Hashing
import StudyStore
import Wire

extension TrainingRun {
    /// Reports the weights of the selected epoch; there are none while every value so far was NaN.
    func saveBest() throws {
        guard let bestState, let epoch = selection.bestEpoch else { return }
        try save(.best, epoch: epoch, model: bestState, resume: nil)
    }

    /// Reports all that resuming needs, at this step.
    func saveLast() throws {
        lastCheckpoint = .now
        let model = trainer.modelState()
        let resume = Checkpoint.Resume(
            optimizerState: trainer.optimizerState().map(NamedArray.init),
            bestState: bestState == model ? nil : bestState?.map(NamedArray.init),
            stepCount: trainer.stepCount,
            position: .init(
                epoch: loop.position.epoch, step: loop.position.step, lossSum: loop.position.lossSum,
                sampleCount: loop.position.sampleCount),
            selection: selection, earlyStopping: earlyStopping, schedule: .init(loop.schedule.state),
            elapsedSeconds: elapsed.inSeconds, history: history)
        try save(.last, epoch: history.count, model: model, resume: resume)
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

    /// Goes on from a `last.h5`.
    ///
    /// - Throws: where the bytes are no such checkpoint, or not this trial's.
    func restore(_ bytes: [UInt8]) throws {
        let checkpoint = try Checkpoint(decoding: bytes)
        guard let resume = checkpoint.resume, checkpoint.id.trial == assign.id.trial, resume.stepCount >= 0,
            resume.position.epoch >= 1, (0..<loop.stepsPerEpoch).contains(resume.position.step)
        else {
            throw WorkerError.notResumable(trial: assign.id.trial)
        }
        let model = checkpoint.modelState.map(NamedTensor.init)
        try trainer.load(modelState: model)
        try trainer.load(optimizerState: resume.optimizerState.map(NamedTensor.init))
        trainer.restore(stepCount: resume.stepCount)
        loop.position = EpochPosition(
            epoch: resume.position.epoch, step: resume.position.step, lossSum: resume.position.lossSum,
            sampleCount: resume.position.sampleCount)
        selection = resume.selection
        earlyStopping = resume.earlyStopping ?? earlyStopping
        loop.schedule.state = .init(resume.schedule)
        history = resume.history
        bestState = resume.bestState?.map(NamedTensor.init) ?? (selection.bestEpoch == nil ? nil : model)
        elapsedBefore = .seconds(resume.elapsedSeconds)
    }
}

extension Checkpoint.ScheduleState {
    fileprivate init(_ state: LearningRateController.State) {
        self.init(best: state.best, badEpochs: state.badEpochs, factor: state.factor)
    }
}

extension LearningRateController.State {
    fileprivate init(_ state: Checkpoint.ScheduleState) {
        self.init(best: state.best, badEpochs: state.badEpochs, factor: state.factor)
    }
}

extension NamedArray {
    fileprivate init(_ tensor: NamedTensor) {
        self.init(name: tensor.name, shape: tensor.shape, values: tensor.values)
    }
}

extension NamedTensor {
    fileprivate init(_ array: NamedArray) {
        self.init(name: array.name, shape: array.shape, values: array.values)
    }
}
