/// The names of a checkpoint's groups and attributes, which its encoder and its decoder share.
enum CheckpointLayout {
    static let format = "winnow-checkpoint"
    static let version: Int32 = 1
    /// The generator whose draws the seed fixes.
    static let generator = "philox4x32-10"

    enum Group {
        static let model = "model_state"
        static let best = "best_state"
        static let optimizer = "optimizer_state"
        static let random = "random_state"
        static let schedule = "schedule_state"
        static let history = "history"
    }

    /// The dataset with a teacher's labels.
    static let pseudoLabels = "pseudo_labels"

    enum Key {
        static let format = "format"
        static let version = "version"
        static let kind = "kind"
        static let experiment = "experiment"
        static let trial = "trial"
        static let attempt = "attempt"
        static let seed = "seed"
        static let epoch = "epoch"
        static let generator = "generator"
        static let stepCount = "step_count"
        static let step = "step"
        static let lossSum = "loss_sum"
        static let sampleCount = "sample_count"
        static let tallies = "tallies"
        static let stage = "stage"
        static let elapsed = "elapsed_s"
        static let selection = "selection"
        static let earlyStopping = "early_stopping"
        static let learningRate = "learning_rate"
    }
}
