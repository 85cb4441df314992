import Architecture

/// Holds an experiment's model and loss against the data, and says in the file's words what does not fit.
struct ModelCheck {
    let file: String
    let samples: SampleFacts

    /// - Parameters:
    ///   - tree: the file that the experiment was read from, for places in it.
    ///   - searched: where a searched value was written, when it is what is being tried.
    /// - Returns: the model's graph on the data's shape.
    func graph(
        of experiment: Experiment, tree: ConfigNode, searched: Place? = nil
    ) throws(ExperimentError) -> ModelGraph {
        if let mistake = mistakesOfKeys(experiment, tree: tree, searched: searched).first { throw mistake }
        return try graphOfLayers(experiment, tree: tree, searched: searched)
    }

    /// All mistakes that do not follow from one another: the loss, what is for images alone, and the first layer that does
    /// not fit, since the shapes behind it are unknown.
    ///
    /// - Returns: the model's graph as well, where its layers fit.
    func mistakes(of experiment: Experiment, tree: ConfigNode) -> (found: [ExperimentError], graph: ModelGraph?) {
        var found = mistakesOfKeys(experiment, tree: tree)
        // How many outputs there have to be follows from the kind of the loss.
        if let (key, _) = misfit(of: experiment.builtIn.loss), key == "kind" { return (found, nil) }
        do {
            return (found, try graphOfLayers(experiment, tree: tree))
        } catch {
            found.append(error)
            return (found, nil)
        }
    }

    private func mistakesOfKeys(
        _ experiment: Experiment, tree: ConfigNode, searched: Place? = nil
    ) -> [ExperimentError] {
        var found: [ExperimentError] = []
        if let (key, message) = misfit(of: experiment.builtIn.loss) {
            found.append(error(at: ConfigPath(["loss", key]), message, in: tree, searched))
        }
        if samples.shape.dimensions.count != 3 {
            found += imageKeys(of: experiment).map { path in
                error(
                    at: path,
                    "is for images, [channels, height, width], but the data's samples have the shape \(samples.shape)",
                    in: tree, searched)
            }
        }
        if !samples.embeddings.isEmpty, case .mixup = experiment.builtIn.regularize.mixing {
            found.append(
                error(
                    at: ConfigPath(["regularize", "mixup"]),
                    "mixes numbers, but columns of the table are embedded, and there is nothing between two categories: "
                        + "encode: one_hot", in: tree, searched))
        }
        return found
    }

    private func graphOfLayers(
        _ experiment: Experiment, tree: ConfigNode, searched: Place? = nil
    ) throws(ExperimentError) -> ModelGraph {
        let outputs = experiment.builtIn.loss.outputs(classes: samples.classes)
        let graph: ModelGraph
        do {
            graph = try experiment.builtIn.model.description(outputs: outputs)
                .embedding(samples.embeddings).graph(on: samples.shape)
        } catch let misfit {
            throw error(at: tree.pathOfLayer(misfit.layer), misfit.description, in: tree, searched)
        }
        for name in experiment.builtIn.optimizer.layerRates.keys.sorted()
        where !graph.nodes.contains(where: { $0.name == name || $0.name.hasPrefix(name + ".") }) {
            let key = experiment.builtIn.optimizer.layerRates[name] == 0 ? "freeze" : "layer_rates"
            throw error(
                at: ConfigPath(["optimizer", key]),
                "the model has no layer \(name); there are: \(graph.nodes.map(\.name).joined(separator: ", "))",
                in: tree,
                searched)
        }
        guard graph.output == [outputs] else {
            throw error(
                at: tree.pathOfLayer(graph.nodes.last?.name ?? ""),
                "\(reason(for: experiment.builtIn.loss)), but the model's output is \(graph.output)", in: tree, searched
            )
        }
        return graph
    }

    private func error(
        at path: ConfigPath, _ message: String, in tree: ConfigNode, _ searched: Place?
    ) -> ExperimentError {
        ExperimentError(
            file: file, place: searched ?? tree.node(at: path)?.place ?? tree.place, path: path, message: message)
    }

    /// The keys that only images can have.
    private func imageKeys(of experiment: Experiment) -> [ConfigPath] {
        var keys: [ConfigPath] = []
        if !experiment.builtIn.data.augment.isEmpty { keys.append(ConfigPath(["data", "augment"])) }
        if case .cutmix = experiment.builtIn.regularize.mixing { keys.append(ConfigPath(["regularize", "cutmix"])) }
        return keys
    }

    private func reason(for loss: LossDescription) -> String {
        guard let classes = samples.classes else { return "a regression predicts 1 number" }
        return loss == .binaryCrossEntropy ? "binary_cross_entropy takes 1 number" : "the data has \(classes) classes"
    }

    /// The key of the loss that the data's classes do not go with, and why.
    private func misfit(of loss: LossDescription) -> (key: String, message: String)? {
        guard let classes = samples.classes else { return nil }
        switch loss {
        case .binaryCrossEntropy where classes != 2:
            return ("kind", "binary_cross_entropy is for two classes, but the data has \(classes)")
        case .crossEntropy, .focal:
            guard case .list(let weights) = loss.classWeights, weights.count != classes else { return nil }
            return ("class_weights", "the data has \(classes) classes, but there are \(weights.count) weights")
        default:
            return nil
        }
    }
}

extension ConfigNode {
    /// Where the layer of a model stands that has the name `name`: "3.body.1" at `model.layers.3.residual.body.1`,
    /// a preset's at `model.preset`.
    fileprivate func pathOfLayer(_ name: String) -> ConfigPath {
        var path = ConfigPath(["model", "layers"])
        guard var node = node(at: path) else { return ConfigPath(["model", "preset"]) }
        for component in name.split(separator: ".").map(String.init) {
            // Within a layer that holds others, its own word stands between its name and theirs.
            for step in [node.compositeKey, component].compactMap(\.self) {
                guard let inner = node.child(step) else { return path }
                path = path.appending(step)
                node = inner
            }
        }
        return path
    }

    private var compositeKey: String? {
        Layer.Composite.allCases.map(\.rawValue).first { child($0) != nil }
    }
}
