import Experiments
import Studies
import StudyStore

/// Checkpoints whose numbers are hard to keep.
enum SampleCheckpoint {
    static let hardNumbers: [Float] = [
        0, -0.0, .leastNonzeroMagnitude, -.leastNormalMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity,
        .nan, Float(nan: 0x1234, signaling: false), Float(1).nextUp, .pi, -1,
    ]

    static let best = Checkpoint(
        experiment: "name: größer\nseed: 7\n", id: AttemptID(trial: 42, attempt: 3), seed: .max, epoch: 5,
        modelState: [
            NamedArray(name: "0.bias", shape: [12], values: hardNumbers),
            NamedArray(name: "0.weight", shape: [2, 1, 3, 2], values: hardNumbers),
            NamedArray(name: "empty", shape: [0, 3], values: []),
            NamedArray(name: "single", shape: [], values: [0.5]),
        ])

    /// Without NaN, so that it equals itself.
    static let last: Checkpoint = {
        // Subnormal; the compiler warns of such a literal.
        let tiny = 1e-300 * 1e-10
        let rule = SelectionRule(monitor: "validation_loss", goal: .minimize)
        var selection = Selection(rule)
        var stopping = EarlyStopping(.init(rule: .patience(epochs: 4, minDelta: 0.1)), goal: .minimize)
        let history = [0.5, 0.1.nextUp, tiny].enumerated().map { index, loss in
            selection.observe(epoch: index + 1, value: loss)
            stopping.observe(epoch: index + 1, value: loss)
            return EpochResult(
                id: AttemptID(trial: 42, attempt: index / 2 + 1), epoch: index + 1,
                metrics: ["train_loss": loss * 3, "validation_loss": loss, "validation_accuracy": .infinity],
                learningRate: 1e-3.nextDown, elapsedSeconds: 1.1 * Double(index))
        }
        let state = [NamedArray(name: "0.weight", shape: [1, 2], values: [0.1, -0.0])]
        return Checkpoint(
            experiment: best.experiment, id: AttemptID(trial: 42, attempt: 2), seed: 1 << 63 | 1, epoch: 3,
            modelState: state,
            resume: Checkpoint.Resume(
                optimizerState: [
                    NamedArray(name: "0.weight.exp_avg", shape: [2], values: [1, 2]),
                    NamedArray(name: "0.weight.exp_avg_sq", shape: [2], values: [3, 4]),
                ],
                bestState: state, stepCount: 1 << 40,
                position: .init(
                    epoch: 4, step: 17, lossSum: 0.1 + 0.2, sampleCount: 1 << 33,
                    tallies: .init(
                        keptLabels: 3, unlabelledLossSum: 0.1 + 0.2, unlabelledCount: 7, unlabelledRight: 5,
                        unlabelledKnown: 6)),
                stage: .teacher, pseudoLabels: [-1, 3, 0, .max],
                selection: selection, earlyStopping: stopping,
                schedule: .init(best: tiny, badEpochs: 7, factor: 0.1 * 0.1), elapsedSeconds: 3.3, history: history))
    }()
}
