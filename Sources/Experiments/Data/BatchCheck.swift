import Architecture

/// Holds the sizes of a trial's training batches against what its model can be trained on.
struct BatchCheck {
    private let experiment: Experiment
    private let model: ModelGraph
    private let training: Int
    private let unlabelled: Int

    init(_ experiment: Experiment, model: ModelGraph, data: DataFacts) {
        self.experiment = experiment
        self.model = model
        training = experiment.builtIn.data.imbalance.map { $0.reduce(0, +) } ?? data.training
        unlabelled = data.unlabelled
    }

    /// - Parameter error: an error at a key of the experiment.
    func requireTrainable(
        _ error: (ConfigPath, String) -> ExperimentError
    ) throws(ExperimentError) {
        let data = experiment.builtIn.data
        let path = ConfigPath(["data", "batch_size"])
        if data.dropLast, data.batchSize > training {
            throw error(
                path,
                "\(data.batchSize) is more than the \(training) training samples, so that drop_last leaves no batch")
        }
        guard model.normalizesSingleValues else { return }
        let size = min(data.batchSize, training)
        let reason = "which batch normalisation cannot be trained on"
        if size == 1 {
            throw error(path, "batches have one sample, \(reason): it takes at least 2")
        }
        if training % size == 1, !data.dropLast {
            throw error(
                path,
                "\(training) training samples in batches of \(size) leave a last batch of one sample, \(reason): choose "
                    + "another batch_size, or data.drop_last: true")
        }
        if let pseudoLabel = experiment.builtIn.pseudoLabel, min(pseudoLabel.batchSize, unlabelled) == 1 {
            throw error(
                ConfigPath(["pseudo_label", "batch_size"]), "unlabelled batches have one sample, \(reason)")
        }
    }
}
