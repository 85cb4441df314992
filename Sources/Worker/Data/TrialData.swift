package import Architecture
package import Compute
package import Datasets
package import Experiments
import Prediction
import Random
import Studies

/// The data of an experiment, as its `data` section describes them: read, shared out and scaled.
package struct TrialData: Sendable {
    let prepared: PreparedData
    private let augmentations: [Augmentation]
    private let folder: String

    /// - Parameter folder: where relative paths start from.
    /// - Throws: `DatasetError` where a file is missing, damaged, or not what was said.
    package init(_ experiment: Experiment, folder: String) throws {
        try self.init(
            experiment, dataset: DataSource(experiment.builtIn.data, folder: folder).load(), folder: folder)
    }

    /// - Parameter dataset: what the experiment's source holds, wherever it was read from.
    init(_ experiment: Experiment, dataset: Dataset, folder: String) throws {
        try self.init(experiment, prepared: Self.prepare(dataset, for: experiment), folder: folder)
    }

    /// Shares out and scales a data set.
    static func prepare(_ dataset: Dataset, for experiment: Experiment) throws -> PreparedData {
        let data = experiment.builtIn.data
        let split = try Split.make(
            of: dataset, SplitRequest(data, own: dataset.own), seed: seed(of: data.split, study: experiment.seed))
        return try PreparedData(
            dataset, split: split, scaling: Scaling(data.scale), scaleTarget: data.scaleTarget)
    }

    /// The first split is the one that there would be if splits did not vary.
    private static func seed(of split: SplitDescription, study seed: UInt64) -> UInt64 {
        guard split.draw > 0 else { return seed }
        var stream = RandomStream(seed: seed, stream: .splitSeed, step: split.draw)
        return stream.next()
    }

    /// - Parameter prepared: what ``prepare(_:for:)`` made for this experiment, or for one of the same data.
    init(_ experiment: Experiment, prepared: PreparedData, folder: String) throws {
        self.prepared = prepared
        augmentations = experiment.builtIn.data.augment.map(Augmentation.init)
        self.folder = folder
        if experiment.builtIn.pseudoLabel != nil, prepared.unlabelled == nil {
            throw DatasetError(
                .emptyPart, in: prepared.name, "pseudo_label needs unlabelled samples, but there are none")
        }
    }

    /// Data that a model is to be evaluated on.
    init(evaluating experiment: Experiment, prepared: PreparedData) {
        self.prepared = prepared
        (augmentations, folder) = ([], ".")
    }

    package var sampleShape: Shape { Shape(prepared.sampleShape) }
    /// How many classes there are; nil for a regression.
    package var classes: Int? { prepared.classNames?.count }
    package var name: String { prepared.name }
    /// SHA-256 of the source.
    package var digest: String { prepared.digest }
    /// What looks like a mistake in the data, one line each.
    package var warnings: [String] { prepared.warnings }
    /// How many samples train, validate and test, and how many there are without labels.
    package var counts: (training: Int, validation: Int, test: Int, unlabelled: Int) {
        (prepared.training.count, prepared.validation.count, prepared.test.count, prepared.unlabelled?.count ?? 0)
    }

    /// What the checks of an experiment take of the data.
    package var facts: DataFacts {
        DataFacts(samples: sampleFacts, training: counts.training, unlabelled: counts.unlabelled)
    }

    /// What a model follows from.
    package var sampleFacts: SampleFacts {
        SampleFacts(shape: prepared.sampleShape, encoder: prepared.encoder, classNames: prepared.classNames)
    }

    /// The training samples of each class; nil for a regression.
    var trainingClassCounts: [Int]? {
        guard let classes, case .classes(let labels, names: _) = prepared.training.targets else { return nil }
        return labels.reduce(into: Array(repeating: 0, count: classes)) { $0[Int($1)] += 1 }
    }

    /// A file that the experiment names.
    package func path(_ path: String) -> String { Self.path(path, in: folder) }

    static func path(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || folder == "." ? path : "\(folder)/\(path)"
    }

    /// A part as it is trained on.
    ///
    /// - Parameters:
    ///   - strong: random changes that come after the data's own.
    ///   - seed: of the random changes.
    func augmented(
        _ part: Part, strongly strong: [AugmentationDescription] = [], seed: UInt64
    ) throws -> AugmentedPart {
        try AugmentedPart(
            part, augmentations: augmentations + strong.map(Augmentation.init), seed: seed, name: prepared.name)
    }

    // MARK: Pseudo-labels

    /// What a teacher says of the unlabelled samples; nil where there are none.
    ///
    /// - Parameter progress: called before each batch, with how many there were and will be; may throw to end it.
    func labels(
        by teacher: Trainer, threshold: Double, progress: (_ done: Int, _ all: Int) throws -> Void
    ) throws -> PseudoLabels? {
        try prepared.unlabelled.map {
            try PseudoLabels(of: $0, by: teacher, threshold: threshold, progress: progress)
        }
    }

    func tally(_ labels: PseudoLabels?) -> PseudoLabelTally? {
        guard let labels, case .classes(let truth, names: _) = prepared.unlabelled?.targets else { return nil }
        return labels.tally(truth: truth)
    }

    // MARK: Metrics

    /// What turns a target as it is trained on into its own units.
    var targetScale: TargetScale {
        prepared.targetScaling.map { TargetScale(unit: $0.units[0], offset: $0.offsets[0]) } ?? TargetScale()
    }

    /// The columns of a part's metrics: `validation_loss`, `validation_accuracy`, ...
    ///
    /// The mean squared error is in the units that the model is trained in, as the loss is. A scaled target's RMSE is
    /// given in the target's own units, too: `validation_rmse_original`; so is the mean absolute error.
    func columns(_ metrics: Metrics, of part: String) -> [String: Double] {
        var columns = ["\(part)_loss": metrics.loss]
        columns["\(part)_accuracy"] = metrics.accuracy
        // Whatever is trained on, so that trials of different losses can be compared.
        columns["\(part)_cross_entropy"] = metrics.crossEntropy
        columns["\(part)_mean_squared_error"] = metrics.meanSquaredError
        columns["\(part)_balanced_accuracy"] = metrics.balancedAccuracy
        columns["\(part)_auroc"] = metrics.scores?.auroc
        columns["\(part)_average_precision"] = metrics.scores?.averagePrecision
        columns["\(part)_top5_accuracy"] = metrics.scores?.topFiveAccuracy
        columns["\(part)_calibration_error"] = metrics.scores?.calibrationError
        columns["\(part)_mean_absolute_error"] = metrics.meanAbsoluteError
        columns["\(part)_rmsle"] = metrics.rmsle
        columns["\(part)_macro_f1"] = confusion(metrics)?.macro(ConfusionMatrix.f1)
        columns["\(part)_rmse"] = metrics.rmse
        columns["\(part)_r2"] = metrics.r2
        if let rmse = metrics.rmse, prepared.targetUnit != 1 {
            columns["\(part)_rmse_original"] = rmse * prepared.targetUnit
            columns["\(part)_mean_absolute_error_original"] = metrics.meanAbsoluteError.map { $0 * prepared.targetUnit }
        }
        return columns
    }

    /// The means over the classes that only the end of a trial tells; none for a regression.
    func summary(_ metrics: Metrics, of part: String) -> [String: Double] {
        guard let confusion = confusion(metrics) else { return [:] }
        return [
            "\(part)_macro_precision": confusion.macro(ConfusionMatrix.precision),
            "\(part)_macro_recall": confusion.macro(ConfusionMatrix.recall),
            "\(part)_weighted_precision": confusion.weighted(ConfusionMatrix.precision),
            "\(part)_weighted_recall": confusion.weighted(ConfusionMatrix.recall),
            "\(part)_weighted_f1": confusion.weighted(ConfusionMatrix.f1),
        ]
    }

    func confusion(_ metrics: Metrics) -> ConfusionMatrix? {
        guard let names = prepared.classNames, names.count <= ConfusionMatrix.mostClasses,
            let counts = metrics.confusion
        else { return nil }
        return ConfusionMatrix(classes: names, counts: counts)
    }
}

extension Part: SampleSource {
    package var task: Compute.LearningTask { targets.task }

    package func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
    ) {
        gather(indices, features: features)
        gather(indices, targets)
    }

    fileprivate func gather(_ indices: ArraySlice<Int>, _ targets: TargetStorage) {
        switch targets {
        case .classes(let classes): gather(indices, classes: classes)
        case .values(let values): gather(indices, values: values)
        }
    }
}

extension AugmentedPart: SampleSource {
    package var task: Compute.LearningTask { targets.task }

    package func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
    ) {
        gather(indices, step: step, features: features)
        part.gather(indices, targets)
    }
}

extension Targets {
    fileprivate var task: Compute.LearningTask {
        switch self {
        case .classes(_, let names): .classification(classes: names.count)
        case .values: .regression(outputs: 1)
        }
    }
}
