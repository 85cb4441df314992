import Compute
import Experiments
import StudyStore

extension Course {
    /// All that going on from this step needs.
    ///
    /// - Parameter model: the trainer's model state.
    func resume(
        model: [NamedTensor], stage: Checkpoint.Stage, labels: [Int32]?, elapsedSeconds: Double
    ) -> Checkpoint.Resume {
        Checkpoint.Resume(
            optimizerState: trainer.optimizerState().map(NamedArray.init),
            bestState: bestState == model ? nil : bestState?.map(NamedArray.init),
            stepCount: trainer.stepCount, position: .init(loop.position), stage: stage, pseudoLabels: labels,
            selection: selection, earlyStopping: earlyStopping, schedule: .init(loop.schedule.state),
            elapsedSeconds: elapsedSeconds, history: history)
    }

    /// Goes on from a checkpoint.
    ///
    /// - Throws: where it is not one of this course's.
    func restore(_ resume: Checkpoint.Resume, model: [NamedArray], trial: Int) throws {
        guard resume.stepCount >= 0, resume.position.epoch >= 1,
            (0...loop.stepsPerEpoch).contains(resume.position.step)
        else {
            throw WorkerError.notResumable(trial: trial)
        }
        let model = model.map(NamedTensor.init)
        try trainer.load(modelState: model)
        try trainer.load(optimizerState: resume.optimizerState.map(NamedTensor.init))
        trainer.restore(stepCount: resume.stepCount)
        loop.position = EpochPosition(resume.position)
        selection = resume.selection
        earlyStopping = resume.earlyStopping ?? earlyStopping
        loop.schedule.state = .init(resume.schedule)
        history = resume.history
        bestState = resume.bestState?.map(NamedTensor.init) ?? (selection.bestEpoch == nil ? nil : model)
    }
}

extension Checkpoint.Position {
    fileprivate init(_ position: EpochPosition) {
        self.init(
            epoch: position.epoch, step: position.step, lossSum: position.lossSum, sampleCount: position.sampleCount,
            tallies: .init(
                keptLabels: position.keptLabels, unlabelledLossSum: position.unlabelled.lossSum,
                unlabelledCount: position.unlabelled.sampleCount, unlabelledRight: position.unlabelled.right,
                unlabelledKnown: position.unlabelled.known))
    }
}

extension EpochPosition {
    fileprivate init(_ position: Checkpoint.Position) {
        self.init(
            epoch: position.epoch, step: position.step, lossSum: position.lossSum, sampleCount: position.sampleCount,
            keptLabels: position.tallies.keptLabels,
            unlabelled: UnlabelledSums(
                lossSum: position.tallies.unlabelledLossSum, sampleCount: position.tallies.unlabelledCount,
                right: position.tallies.unlabelledRight, known: position.tallies.unlabelledKnown))
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
    init(_ tensor: NamedTensor) {
        self.init(name: tensor.name, shape: tensor.shape, values: tensor.values)
    }
}

extension NamedTensor {
    init(_ array: NamedArray) {
        self.init(name: array.name, shape: array.shape, values: array.values)
    }
}
