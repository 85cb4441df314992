package import Architecture

/// An experiment file, read and checked, with what a study needs to make of it.
package struct ExperimentFile: Sendable {
    /// Checked as far as can be without the data; ``check(with:)`` does the rest.
    package let experiment: Experiment

    let file: String
    /// The file with its overrides.
    let tree: ConfigNode
    private let resolved: ConfigNode
    /// ``resolved`` without the defaults that searched values change.
    private let settled: ConfigNode

    /// Reads an experiment file.
    ///
    /// Beside the experiment as it stands, every value of a searched list and both ends of every searched range are
    /// tried in their place, so that no trial is the first to meet a bad one.
    ///
    /// - Parameters:
    ///   - text: YAML.
    ///   - name: the file's name for errors.
    ///   - overrides: laid over the file in order; a later one wins.
    /// - Throws: ``ExperimentError`` for the first mistake that is met; ``mistakes(in:name:overrides:)`` finds all.
    package init(text: String, name: String, overrides: [Override] = []) throws(ExperimentError) {
        file = name
        var tree = try Self.tree(of: text, name: name)
        for override in overrides { tree = try override.applied(to: tree, file: name) }
        self.tree = tree
        let (experiment, resolved) = try Self.decode(tree, file: name)
        self.experiment = experiment
        self.resolved = resolved
        var tried: [ConfigNode] = []
        for (assignment, place) in Self.witnesses(experiment, tree) {
            let trial = try Self.assigned(assignment, to: tree, place: place, file: name)
            do {
                tried.append(try Self.decode(trial, file: name).resolved)
            } catch {
                throw error.place == place && assignment.elements.count == 1
                    ? error : error.adding("with \(assignment)")
            }
        }
        // What every trial sets anew.
        let search = experiment.search
        let paths = Set(
            search.parameters.filter { $0.conditions.isEmpty }.map(\.path).filter { path in
                search.given.allSatisfy { $0[path] != nil }
            })
        settled = resolved.keepingSettledDefaults(written: tree, others: tried) {
            $0.components.first == "search" || paths.contains($0.description)
        }
    }

    /// A file of one trial, without a search space.
    private init(trial tree: ConfigNode, name: String) throws(ExperimentError) {
        file = name
        self.tree = tree
        let (experiment, resolved) = try Self.decode(tree, file: name)
        self.experiment = experiment
        self.resolved = resolved
        settled = resolved.removing("search")
    }

    static func tree(of text: String, name: String) throws(ExperimentError) -> ConfigNode {
        guard let tree = try YAMLReader(file: name).read(text), !tree.isNull else {
            throw ExperimentError(file: name, place: nil, message: "the file is empty")
        }
        return tree
    }

    /// The experiment file that says all this one says, and every default that all trials share.
    package func resolvedYAML() -> String {
        YAMLWriter.write(settled)
    }

    /// The file of one trial: its parameters applied, without a search space.
    ///
    /// - Parameter name: for errors; nil for this file's own.
    /// - Throws: ``ExperimentError`` where the values do not go together.
    package func trial(assigning assignment: Assignment, name: String? = nil) throws(ExperimentError) -> ExperimentFile
    {
        let name = name ?? file
        return try ExperimentFile(trial: Self.assigned(assignment, to: tree, file: name), name: name)
    }

    /// The experiment of one trial: its parameters applied, without a search space.
    ///
    /// - Throws: ``ExperimentError`` where the values do not go together.
    package func experiment(assigning assignment: Assignment) throws(ExperimentError) -> Experiment {
        try Self.decode(Self.assigned(assignment, to: tree, file: file), file: file).experiment
    }

    /// What makes two files the same experiment, as text to compare: everything but the name, the budget (epochs,
    /// trials, seeds), the search space, how often checkpoints are written and what room they have, which workers take
    /// part, and what a program needs of them.
    ///
    /// A later program may know more keys; compare with the identity that it gives to a study's stored
    /// `resolved.yaml`, not with one that an earlier program stored.
    package var identity: String {
        var tree = Self.training(resolved)
        tree = tree.removing(ConfigPath(["train", "epochs"]))
        for key in ["epochs", "needs", "stop"] { tree = tree.removing(ConfigPath(["program", key])) }
        // Studies of programs that did not know the key have trained with its default.
        if experiment.training?.data.dropLast == false { tree = tree.removing(ConfigPath(["data", "drop_last"])) }
        return YAMLWriter.write(tree)
    }

    /// What trials are trained by, of a resolved file: all but what names the study, and how and where it is run.
    static func training(_ resolved: ConfigNode) -> ConfigNode {
        ["name", "search", "checkpoint", "requires"].reduce(resolved) { $0.removing($1) }
    }

    /// Checks the model and the loss against the data: every layer's shapes, the output, and the classes.
    ///
    /// The experiment as it stands is checked, and every searched value that changes either.
    ///
    /// - Returns: the model of the experiment as it stands.
    /// - Throws: ``ExperimentError`` naming the layer and the shapes.
    @discardableResult
    package func check(with samples: SampleFacts) throws(ExperimentError) -> ModelGraph {
        let check = ModelCheck(file: file, samples: samples)
        let model = try check.graph(of: experiment, tree: tree)
        for (assignment, place) in Self.witnesses(experiment, tree)
        where assignment.elements.contains(where: { ["model", "loss"].contains($0.path.prefix { $0 != "." }) }) {
            let trial = try Self.assigned(assignment, to: tree, place: place, file: file)
            _ = try check.graph(of: Self.decode(trial, file: file).experiment, tree: trial, searched: place)
        }
        return model
    }

    // MARK: - Trials

    /// One assignment for each searched value that stands for others, with where the value was written.
    static func witnesses(_ experiment: Experiment, _ tree: ConfigNode) -> [(Assignment, Place?)] {
        // What a program makes of its arguments nobody else knows.
        guard experiment.training != nil else { return [] }
        let space = experiment.search.space
        let searched = space.parameters.flatMap { parameter in
            parameter.domain.witnesses.compactMap { key, value in
                let domain = tree.node(at: ConfigPath(["search", "parameters", parameter.path]))
                // A list is short for its values.
                let node = domain?.node(at: ConfigPath(key)) ?? domain?.node(at: ConfigPath(Array(key.dropFirst())))
                return space.sample([.init(path: parameter.path, value: value)]).map { ($0, node?.place) }
            }
        }
        return searched
            + experiment.search.given.enumerated().map { index, point in
                (point, tree.node(at: ConfigPath(["search", "points", String(index)]))?.place)
            }
    }

    static func assigned(
        _ assignment: Assignment, to tree: ConfigNode, place: Place? = nil, file: String
    ) throws(ExperimentError) -> ConfigNode {
        // A command's placeholders name what is searched.
        guard tree.node(at: ConfigPath(["program"])) == nil else { return tree }
        var trial = tree.removing("search")
        for element in assignment.elements {
            let place = place ?? tree.node(at: ConfigPath(["search", "parameters", element.path]))?.place
            guard let path = ConfigPath(element.path) else {
                throw ExperimentError(
                    file: file, place: place, path: ConfigPath([element.path]),
                    message: "\"\(element.path)\" is no dotted path")
            }
            trial = try trial.setting(element.value.node.moved(to: place), at: path, file: file)
        }
        return trial
    }

    static func decode(
        _ tree: ConfigNode, file: String
    ) throws(ExperimentError) -> (experiment: Experiment, resolved: ConfigNode) {
        let (experiment, resolved) = try ConfigValue(node: tree, path: ConfigPath([]), file: file)
            .section { root throws(ExperimentError) in try Experiment(reading: root) }
        return (experiment, resolved)
    }
}

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
            loss = experiment.builtIn.loss
            if let weights = experiment.builtIn.loss.classWeights {
                if case .list = weights {} else { imbalance = experiment.builtIn.data.imbalance }
            }
        }
        switch monitor {
        case .validationLoss, .validationRMSE, .validationMeanSquaredError, .validationMeanAbsoluteError:
            targetScale = experiment.builtIn.data.scaleTarget ? experiment.builtIn.data.scale : nil
        case .validationAccuracy, .validationMacroF1, .validationR2, .validationCrossEntropy,
            .validationBalancedAccuracy, .validationAUROC, .validationAveragePrecision, .validationTopFiveAccuracy,
            .validationCalibrationError, .validationRMSLE:
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
        guard experiment.training != nil, let monitor = Monitor(rawValue: experiment.train.select.monitor) else {
            return
        }
        for parameter in experiment.search.parameters {
            var trials: [Experiment] = []
            for (_, value) in parameter.domain.witnesses {
                let sample = experiment.search.space.sample([.init(path: parameter.path, value: value)])
                if let sample { trials.append(try self.experiment(assigning: sample)) }
            }
            func isFair(_ monitor: Monitor) -> Bool {
                Set(trials.map { MonitoredMeasure(monitor, of: $0) }).count <= 1
            }
            guard !isFair(monitor) else { continue }
            let fair = Monitor.all(for: experiment.builtIn.data.task).filter(isFair).map(\.rawValue)
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
