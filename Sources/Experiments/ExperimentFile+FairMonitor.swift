import Architecture

/// What a monitored value is the measure of, as far as trials may differ in it.
private struct MonitoredMeasure: Hashable {
    /// nil for a metric that is the same whatever the loss.
    var loss: LossDescription?
    /// The samples of each class, where the loss weighs classes by them.
    var imbalance: [Int]?
    /// Of the target, whose unit errors have; nil where it is not scaled, or has no unit.
    var targetScale: ScaleDescription?

    init(_ monitor: Monitor, of experiment: Experiment) {
        if monitor == .validationLoss {
            loss = experiment.loss
            if case .crossEntropy(let entropy) = experiment.loss, let weights = entropy.classWeights {
                if case .list = weights {} else { imbalance = experiment.data.imbalance }
            }
        }
        switch monitor {
        case .validationLoss, .validationRMSE, .validationMeanSquaredError:
            targetScale = experiment.data.scaleTarget ? experiment.data.scale : nil
        case .validationAccuracy, .validationMacroF1, .validationR2, .validationCrossEntropy:
            break
        }
    }
}

extension ExperimentFile {
    /// Makes sure that the value by which trials are compared measures the same in all of them: a search over the loss
    /// would otherwise find the loss with the smallest numbers.
    ///
    /// - Throws: ``ExperimentError`` with the monitors that are fair.
    package func requireFairMonitor() throws(ExperimentError) {
        guard let monitor = Monitor(rawValue: experiment.train.select.monitor) else { return }
        for parameter in experiment.search.parameters {
            var trials: [Experiment] = []
            for (_, value) in parameter.domain.witnesses {
                trials.append(try self.experiment(assigning: [.init(path: parameter.path, value: value)]))
            }
            func isFair(_ monitor: Monitor) -> Bool {
                Set(trials.map { MonitoredMeasure(monitor, of: $0) }).count <= 1
            }
            guard !isFair(monitor) else { continue }
            let fair = Monitor.all(for: experiment.data.task).filter(isFair).map(\.rawValue)
            let path = ConfigPath(["train", "select", "monitor"])
            let place =
                tree.node(at: path)?.place
                ?? tree.node(at: ConfigPath(["search", "parameters", parameter.path]))?.place
            throw ExperimentError(
                file: file, place: place, path: path,
                message: "\(monitor.rawValue) measures something else with each \(parameter.path), so that it cannot "
                    + "compare trials; fair are: \(fair.joined(separator: ", "))")
        }
    }
}
