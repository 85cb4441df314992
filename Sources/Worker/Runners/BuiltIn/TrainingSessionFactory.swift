import Architecture
import Compute
import Datasets
import Experiments
import Studies

/// Runs trials with Winnow's own training.
package struct BuiltInRunner: TrialRunner {
    private let cache: DataCache
    private let progressInterval: Duration
    private let shareOfSaving: Double
    private let software: [String: String]

    /// - Parameters:
    ///   - progressInterval: how often it reports how far it is; every step where it is zero.
    ///   - shareOfSaving: of the time, that checkpoints may take.
    ///   - software: the program and its libraries, which models name.
    package init(
        _ cache: DataCache, progressInterval: Duration = .milliseconds(250), shareOfSaving: Double = 0.05,
        software: [String: String] = [:]
    ) {
        self.cache = cache
        self.progressInterval = progressInterval
        self.shareOfSaving = shareOfSaving
        self.software = software
    }

    package func run(_ attempt: TrialAttempt, control: RunControl, report: @escaping ([RunnerEvent]) -> Void) {
        TrainingRun.perform(
            attempt, cache: cache, control: control, progressInterval: progressInterval, shareOfSaving: shareOfSaving,
            software: software, report: { report([$0]) })
    }
}

/// Makes the sessions of a trial: the teacher's, where one is trained, and the trial's own.
struct TrainingSessionFactory {
    let experiment: Experiment
    let data: TrialData
    let model: ModelGraph
    let seed: UInt64
    /// What models begin with; nil draws their weights.
    var pretrained: GivenModel?

    /// The teacher's session: the trial's own as it would be without unlabelled samples.
    func teacher() throws -> TrainingSession {
        guard case .threshold(_, .trained(let epochs)) = experiment.builtIn.pseudoLabel?.kind else {
            preconditionFailure("no teacher is trained")
        }
        return try session(epochs: epochs, pseudoLabels: nil)
    }

    /// A model that only labels.
    func givenTeacher(at path: String) throws -> Trainer {
        let trainer = try trainer(batchSize: batchSize)
        try GivenModel(GivenModelFile(use: .teacher, path: path)).load(into: trainer)
        return trainer
    }

    /// What evaluates a model as the end of its training does, to the last bit.
    func evaluator(of state: [NamedTensor]) throws -> TrainingLoop {
        let trainer = try trainer(batchSize: batchSize)
        try trainer.load(modelState: state)
        return try TrainingLoop(
            trainer: trainer, training: data.augmented(data.prepared.training, seed: seed), batchSize: batchSize,
            seed: seed, schedule: experiment.builtIn.optimizer.schedule, goal: .minimize, recipe: TrainingRecipe())
    }

    /// - Parameter labels: those that a teacher gave, where one did.
    func model(labels: PseudoLabels?) throws -> TrainingSession {
        try session(epochs: experiment.train.epochs ?? .max, pseudoLabels: pseudoLabelling(labels))
    }

    private var batchSize: Int { min(experiment.builtIn.data.batchSize, data.prepared.training.count) }

    private func session(epochs: Int, pseudoLabels: PseudoLabelling?) throws -> TrainingSession {
        let recipe = TrainingRecipe(
            sampler: experiment.builtIn.data.sampler == .weighted ? .weighted : .uniform,
            dropsLast: experiment.builtIn.data.dropLast,
            disturbance: .init(experiment.builtIn.regularize),
            mixing: experiment.builtIn.regularize.mixing.map(Mixing.init),
            pseudoLabels: pseudoLabels, averaging: experiment.train.weightAveraging.map(WeightAveraging.init))
        guard !experiment.builtIn.data.dropLast || experiment.builtIn.data.batchSize <= data.prepared.training.count
        else {
            throw TrainingError.unfitSamples(
                "\(data.prepared.training.count) samples fill no batch of \(experiment.builtIn.data.batchSize), and drop_last "
                    + "leaves all others out")
        }
        let trainer = try trainer(batchSize: max(batchSize, pseudoLabels?.batchSize ?? 0))
        try pretrained?.load(into: trainer)
        let loop = try TrainingLoop(
            trainer: trainer, training: data.augmented(data.prepared.training, seed: seed), batchSize: batchSize,
            seed: seed, schedule: experiment.builtIn.optimizer.schedule,
            goal: experiment.train.select.goal == .minimize ? .minimize : .maximize, recipe: recipe)
        return TrainingSession(trainer: trainer, loop: loop, epochs: epochs, train: experiment.train, data: data)
    }

    private func trainer(batchSize: Int) throws -> Trainer {
        try Trainer(
            model: model, loss: experiment.builtIn.loss.resolved(classCounts: data.trainingClassCounts),
            optimizer: experiment.builtIn.optimizer, batchSize: batchSize, seed: seed)
    }

    /// - Returns: nil where nothing unlabelled is learnt from: there are no such samples, or the teacher was sure of
    ///   none.
    private func pseudoLabelling(_ labels: PseudoLabels?) throws -> PseudoLabelling? {
        guard let description = experiment.builtIn.pseudoLabel, let unlabelled = data.prepared.unlabelled else {
            return nil
        }
        var part = unlabelled
        if let labels {
            let kept = labels.kept
            guard !kept.isEmpty else { return nil }
            part = unlabelled.selecting(kept, classes: kept.map { labels.classes[$0] })
        }
        if case .fixMatch(let threshold, let strong) = description.kind {
            return PseudoLabelling(
                unlabelled: try data.augmented(part, strongly: strong, seed: ~seed &- 1),
                weak: try data.augmented(part, seed: ~seed), threshold: threshold, labels: .consistent,
                batchSize: min(description.batchSize, part.count), alpha: description.alpha,
                rampStart: description.rampStart, rampEnd: description.rampEnd)
        }
        return PseudoLabelling(
            // Another seed than the labelled part's, whose images would be changed alike.
            unlabelled: try data.augmented(part, seed: ~seed), labels: labels == nil ? .online : .given,
            batchSize: min(description.batchSize, part.count), alpha: description.alpha,
            rampStart: description.rampStart, rampEnd: description.rampEnd)
    }
}

extension TargetDisturbance {
    /// An amount of 0 disturbs nothing.
    fileprivate init?(_ regularize: RegularizationDescription) {
        if let label = regularize.disturbLabel, label.alpha > 0 {
            self = .labels(alpha: label.alpha)
        } else if let value = regularize.disturbValue, value.scale > 0, value.fraction > 0 {
            self = .values(scale: value.scale, fraction: value.fraction)
        } else {
            return nil
        }
    }
}

extension WeightAveraging {
    fileprivate init(_ averaging: WeightAveragingDescription) {
        switch averaging {
        case .exponential(let decay): self = .exponential(decay: decay)
        case .stochastic(let start): self = .stochastic(start: start)
        }
    }
}

extension Mixing {
    fileprivate init(_ mixing: RegularizationDescription.Mixing) {
        switch mixing {
        case .mixup(let alpha): self = .mixup(alpha: alpha)
        case .cutmix(let alpha): self = .cutmix(alpha: alpha)
        }
    }
}
