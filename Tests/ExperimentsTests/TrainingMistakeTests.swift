import Experiments
import Testing

@Suite struct TrainingMistakeTests {
    @Test(arguments: losses + optimizers + schedules + train)
    func isRefusedWithOneLine(_ mistake: Mistake) {
        #expect(complaint(mistake.text) == mistake.line)
    }

    static let losses: [Mistake] = [
        .init(
            "a loss of another task", classification + "loss: {kind: mean_squared_error}\n",
            "e.yaml:3:14: loss.kind: mean_squared_error is for regression, but the data is a classification"),
        .init(
            "a loss of nobody's", regression + "loss: {kind: hinge}\n",
            "e.yaml:3:14: loss.kind: unknown loss \"hinge\"; there are: cross_entropy, binary_cross_entropy, "
                + "mean_squared_error, mean_absolute_error, huber, focal, quantile"),
        .init(
            "a misspelled loss", regression + "loss: {kind: mean_square_error}\n",
            "e.yaml:3:14: loss.kind: unknown loss \"mean_square_error\" (did you mean \"mean_squared_error\"?)"),
        .init(
            "a binary loss of a regression", regression + "loss: {kind: binary_cross_entropy}\n",
            "e.yaml:3:14: loss.kind: binary_cross_entropy is for classification, but the data is a regression"),
        .init(
            "smoothing all away", classification + "loss: {label_smoothing: {amount: 1}}\n",
            "e.yaml:3:34: loss.label_smoothing.amount: must be at least 0 and below 1, but is 1"),
        .init(
            "smoothing all away, in short", classification + "loss: {label_smoothing: 1.0}\n",
            "e.yaml:3:25: loss.label_smoothing: must be at least 0 and below 1, but is 1.0"),
        .init(
            "smoothing by a word", classification + "loss: {label_smoothing: some}\n",
            "e.yaml:3:25: loss.label_smoothing: expected a number, found \"some\""),
        .init(
            "smoothing without an amount", classification + "loss: {label_smoothing: {spread: all}}\n",
            "e.yaml:3:25: loss.label_smoothing: the key \"amount\" is missing"),
        .init(
            "a misspelled spread", classification + "loss: {label_smoothing: {amount: 0.1, spread: other}}\n",
            "e.yaml:3:47: loss.label_smoothing.spread: unknown spread \"other\" (did you mean \"others\"?)"),
        .init(
            "smoothing of numbers", regression + "loss: {label_smoothing: 0.1}\n",
            "e.yaml:3:8: loss.label_smoothing: unknown key \"label_smoothing\" for mean_squared_error; "
                + "there are: kind"),
        .init(
            "weights by a word of nobody's", classification + "loss: {class_weights: inverse}\n",
            "e.yaml:3:23: loss.class_weights: unknown rule for class weights \"inverse\" "
                + "(did you mean \"inverse_frequency\"?)"),
        .init(
            "a weight below nothing", classification + "loss: {class_weights: [1, -1, 2]}\n",
            "e.yaml:3:27: loss.class_weights.1: must be at least 0, but is -1"),
        .init(
            "weights of nothing", classification + "loss: {class_weights: [0, 0]}\n",
            "e.yaml:3:23: loss.class_weights: all weights are 0: no sample would count"),
        .init(
            "a level of all", regression + "loss: {kind: quantile, level: 1}\n",
            "e.yaml:3:31: loss.level: must be above 0 and below 1, but is 1"),
        .init(
            "an unknown average", classification + "train: {weight_averaging: median}\n",
            "e.yaml:3:27: train.weight_averaging: unknown weight averaging \"median\"; there are: none, ema, swa"),
        .init(
            "a delta of nothing", regression + "loss: {kind: huber, delta: 0}\n",
            "e.yaml:3:28: loss.delta: must be above 0, but is 0"),
        .init(
            "a delta for another loss", regression + "loss: {kind: mean_absolute_error, delta: 1}\n",
            "e.yaml:3:35: loss.delta: unknown key \"delta\" for mean_absolute_error; there are: kind"),
    ]

    static let optimizers: [Mistake] = [
        .init(
            "a misspelled optimizer", regression + "optimizer: {kind: rmspro}\n",
            "e.yaml:3:19: optimizer.kind: unknown optimizer \"rmspro\" (did you mean \"rmsprop\"?)"),
        .init(
            "an optimizer of nobody's", regression + "optimizer: {kind: lion}\n",
            "e.yaml:3:19: optimizer.kind: unknown optimizer \"lion\"; there are: adam, adamw, sgd, rmsprop"),
        .init(
            "an average that never moves", regression + "optimizer: {kind: adamw, beta2: 1}\n",
            "e.yaml:3:33: optimizer.beta2: must be at least 0 and below 1, but is 1"),
        .init(
            "an epsilon of nothing", regression + "optimizer: {kind: rmsprop, epsilon: 0}\n",
            "e.yaml:3:37: optimizer.epsilon: must be above 0, but is 0"),
        .init(
            "alpha for sgd", regression + "optimizer: {kind: sgd, alpha: 0.9}\n",
            "e.yaml:3:24: optimizer.alpha: unknown key \"alpha\" for sgd; there are: kind, learning_rate, momentum, "
                + "nesterov, weight_decay, clip_norm, learning_rate_schedule, freeze, layer_rates"),
        .init(
            "Nesterov without momentum", regression + "optimizer: {kind: sgd, nesterov: true}\n",
            "e.yaml:3:34: optimizer.nesterov: needs a momentum above 0"),
        .init(
            "a norm of nothing", regression + "optimizer: {clip_norm: 0}\n",
            "e.yaml:3:24: optimizer.clip_norm: must be above 0, but is 0"),
        .init(
            "a norm of a word", regression + "optimizer: {clip_norm: no}\n",
            "e.yaml:3:24: optimizer.clip_norm: expected a number, found \"no\""),
    ]

    static let schedules: [Mistake] = [
        .init(
            "a misspelled schedule", scheduled("{kind: cosin}"),
            "e.yaml:3:44: optimizer.learning_rate_schedule.kind: unknown learning-rate schedule \"cosin\" "
                + "(did you mean \"cosine\"?)"),
        .init(
            "a misspelled schedule, in short", scheduled("one_cicle"),
            "e.yaml:3:37: optimizer.learning_rate_schedule: unknown learning-rate schedule \"one_cicle\" "
                + "(did you mean \"one_cycle\"?)"),
        .init(
            "a schedule of nobody's", scheduled("{kind: poly}"),
            "e.yaml:3:44: optimizer.learning_rate_schedule.kind: unknown learning-rate schedule \"poly\"; "
                + "there are: constant, step, cosine, one_cycle, reduce_on_plateau"),
        .init(
            "a schedule without a kind", scheduled("{epochs: 5}"),
            "e.yaml:3:37: optimizer.learning_rate_schedule: the key \"kind\" is missing"),
        .init(
            "steps without a length", scheduled("step"),
            "e.yaml:3:37: optimizer.learning_rate_schedule: the key \"epochs\" is missing for step"),
        .init(
            "a factor that raises", scheduled("{kind: step, epochs: 5, factor: 10}"),
            "e.yaml:3:69: optimizer.learning_rate_schedule.factor: must be above 0 and below 1, but is 10"),
        .init(
            "a key of PyTorch's", scheduled("{kind: step, epochs: 5, gamma: 0.1}"),
            "e.yaml:3:61: optimizer.learning_rate_schedule.gamma: unknown key \"gamma\" for step "
                + "(called factor here)"),
        .init(
            "a course of no epochs", scheduled("{kind: cosine, epochs: 0}"),
            "e.yaml:3:60: optimizer.learning_rate_schedule.epochs: must be between 1 and 1000000, but is 0"),
        .init(
            "a minimum above the rate", scheduled("{kind: cosine, minimum: 0.01}"),
            "e.yaml:3:61: optimizer.learning_rate_schedule.minimum: must be below the learning rate (0.001), "
                + "but is 0.01"),
        .init(
            "a plateau's minimum above the rate", scheduled("{kind: reduce_on_plateau, minimum: 0.001}"),
            "e.yaml:3:72: optimizer.learning_rate_schedule.minimum: must be below the learning rate (0.001), "
                + "but is 0.001"),
        .init(
            "a negative patience", scheduled("{kind: reduce_on_plateau, patience: -1}"),
            "e.yaml:3:73: optimizer.learning_rate_schedule.patience: must be between 0 and 1000000, but is -1"),
        .init(
            "a warm-up without a length", scheduled("{kind: cosine, warmup: {start_factor: 0.1}}"),
            "e.yaml:3:60: optimizer.learning_rate_schedule.warmup: the key \"epochs\" is missing"),
        .init(
            "a warm-up that starts at the rate", scheduled("{kind: constant, warmup: {epochs: 2, start_factor: 1}}"),
            "e.yaml:3:88: optimizer.learning_rate_schedule.warmup.start_factor: must be at least 0 and below 1, "
                + "but is 1"),
        .init(
            "a warm-up of one cycle", scheduled("{kind: one_cycle, warmup: {epochs: 2}}"),
            "e.yaml:3:55: optimizer.learning_rate_schedule.warmup: unknown key \"warmup\" for one_cycle; "
                + "there are: kind, epochs, rise, divisor, final_divisor, cycle_momentum, min_momentum, max_momentum"),
        .init(
            "a rise that never ends", scheduled("{kind: one_cycle, rise: 1}"),
            "e.yaml:3:61: optimizer.learning_rate_schedule.rise: must be above 0 and below 1, but is 1"),
        .init(
            "a divisor below 1", scheduled("{kind: one_cycle, divisor: 0.5}"),
            "e.yaml:3:64: optimizer.learning_rate_schedule.divisor: must be at least 1, but is 0.5"),
        .init(
            "momentum upside down", scheduled("{kind: one_cycle, min_momentum: 0.96}"),
            "e.yaml:3:69: optimizer.learning_rate_schedule.min_momentum: min_momentum (0.96) must not be above "
                + "max_momentum (0.95)"),
        .init(
            "momentum upside down, from above", scheduled("{kind: one_cycle, max_momentum: 0.5}"),
            "e.yaml:3:69: optimizer.learning_rate_schedule.max_momentum: min_momentum (0.85) must not be above "
                + "max_momentum (0.5)"),
        .init(
            "cycling no momentum",
            regression + "optimizer: {kind: sgd, learning_rate_schedule: {kind: one_cycle, cycle_momentum: true}}\n",
            "e.yaml:3:82: optimizer.learning_rate_schedule.cycle_momentum: the optimizer has no momentum to cycle"),
        .init(
            "bounds of a momentum that is not cycled",
            scheduled("{kind: one_cycle, cycle_momentum: false, max_momentum: 0.9}"),
            "e.yaml:3:78: optimizer.learning_rate_schedule.max_momentum: unknown key \"max_momentum\" "
                + "for one_cycle without cycle_momentum; there are: kind, epochs, rise, divisor, final_divisor, "
                + "cycle_momentum"),
        .init(
            "a searched schedule of nobody's",
            regression + "optimizer: {learning_rate_schedule: cosine}\n"
                + "search: {parameters: {optimizer.learning_rate_schedule: {values: [none, cosine, linear]}}}\n",
            "e.yaml:4:81: optimizer.learning_rate_schedule: unknown learning-rate schedule \"linear\"; "
                + "there are: constant, step, cosine, one_cycle, reduce_on_plateau"),
        .init(
            "a searched kind that lacks a key",
            scheduled("{kind: cosine}")
                + "search: {parameters: {optimizer.learning_rate_schedule.kind: {values: [cosine, step]}}}\n",
            "e.yaml:3:37: optimizer.learning_rate_schedule: the key \"epochs\" is missing for step, "
                + "with optimizer.learning_rate_schedule.kind=step"),
        .init(
            "a searched rate below the minimum",
            scheduled("{kind: cosine, minimum: 0.0005}")
                + "search: {parameters: {optimizer.learning_rate: {min: 0.0001, max: 0.1}}}\n",
            "e.yaml:3:61: optimizer.learning_rate_schedule.minimum: must be below the learning rate (0.0001), "
                + "but is 0.0005, with optimizer.learning_rate=0.0001"),
    ]

    /// A file whose third line has the schedule from column 37.
    private static func scheduled(_ schedule: String) -> String {
        regression + "optimizer: {learning_rate_schedule: \(schedule)}\n"
    }

    static let train: [Mistake] = [
        .init(
            "a test metric as monitor", classification + "train: {select: {monitor: test_accuracy}}\n",
            "e.yaml:3:27: train.select.monitor: test_accuracy cannot be monitored: the test split is evaluated once, "
                + "on the selected epoch only (did you mean \"validation_accuracy\"?)"),
        .init(
            "the training loss as monitor", classification + "train: {select: {monitor: train_loss}}\n",
            "e.yaml:3:27: train.select.monitor: train_loss cannot be monitored: it falls on while the model overfits "
                + "(did you mean \"validation_loss\"?)"),
        .init(
            "a misspelled monitor", classification + "train: {select: {monitor: validation_acuracy}}\n",
            "e.yaml:3:27: train.select.monitor: unknown monitor \"validation_acuracy\" "
                + "(did you mean \"validation_accuracy\"?)"),
        .init(
            "a monitor of another task", classification + "train: {select: {monitor: validation_r2}}\n",
            "e.yaml:3:27: train.select.monitor: a classification has no validation_r2; "
                + ""
                + "there are: validation_loss, validation_cross_entropy, validation_accuracy, validation_macro_f1, "
                + "validation_balanced_accuracy, validation_auroc, validation_average_precision, "
                + "validation_top5_accuracy, validation_calibration_error"),
        .init(
            "a misspelled goal", classification + "train: {select: {goal: minimise}}\n",
            "e.yaml:3:24: train.select.goal: unknown goal \"minimise\" (called minimize here)"),
        .init(
            "two stopping rules", classification + "train: {early_stopping: {patience: 3, threshold: 0.1}}\n",
            "e.yaml:3:50: train.early_stopping.threshold: give patience or threshold, not both"),
        .init(
            "no stopping rule", classification + "train: {early_stopping: {min_delta: 0.1}}\n",
            "e.yaml:3:25: train.early_stopping: the key \"patience\" is missing for stopping by patience"),
        .init(
            "no patience", classification + "train: {early_stopping: {patience: 0}}\n",
            "e.yaml:3:36: train.early_stopping.patience: must be between 1 and 1000000, but is 0"),
    ]
}
