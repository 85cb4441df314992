package import Architecture

/// What of the data a model follows from.
package struct SampleFacts: Sendable {
    /// Of one sample.
    package let shape: Shape
    /// The inputs in whose places the model learns vectors, in order.
    package let embeddings: [Layer.Embedding]
    /// How many classes there are; nil for a regression.
    package let classes: Int?

    package init(shape: Shape, embeddings: [Layer.Embedding] = [], classes: Int?) {
        self.shape = shape
        self.embeddings = embeddings
        self.classes = classes
    }
}

/// What of the data the checks of trials take.
package struct DataFacts: Sendable {
    package let samples: SampleFacts
    /// Samples that train.
    package let training: Int
    package let unlabelled: Int

    package init(samples: SampleFacts, training: Int, unlabelled: Int) {
        self.samples = samples
        self.training = training
        self.unlabelled = unlabelled
    }
}

extension ExperimentFile {
    /// Combinations of searched values that are tried at most.
    package static let mostCombinations = 4096

    /// What is wrong with trials as wholes: values that do not go together, a model that does not fit the data, batches
    /// that cannot be trained on.
    ///
    /// Every combination of the searched values is tried, where they are at most ``mostCombinations``; otherwise every
    /// pair of values. Of a range the ends stand for all, but of a short one of whole numbers.
    ///
    /// - Parameter planned: trials that are tried as well.
    package func mistakesOfTrials(with data: DataFacts, planned: some Sequence<Assignment>) -> [ExperimentError] {
        var tried: Set<Assignment> = []
        var failures: [ExperimentError: [Assignment]] = [:]
        var order: [ExperimentError] = []
        for assignment in [experiment.search.space.samples(atMost: Self.mostCombinations), Array(planned)].joined()
        where tried.insert(assignment).inserted {
            do {
                try check(assignment, with: data)
            } catch {
                if failures[error] == nil { order.append(error) }
                failures[error, default: []].append(assignment)
            }
        }
        return order.map { error in
            let cause = Self.common(failures[error] ?? [])
            return cause.elements.isEmpty ? error : error.adding("with \(cause)")
        }
    }

    /// All that does not fit the data in the experiment as it stands.
    package func mistakes(with data: DataFacts) -> [ExperimentError] {
        let check = ModelCheck(file: file, samples: data.samples)
        var (found, graph) = check.mistakes(of: experiment, tree: tree)
        guard let graph else { return found }
        do {
            try checkBatches(of: experiment, graph, tree, with: data)
        } catch {
            found.append(error)
        }
        return found
    }

    private func checkBatches(
        of experiment: Experiment, _ graph: ModelGraph, _ tree: ConfigNode, with data: DataFacts
    ) throws(ExperimentError) {
        try BatchCheck(experiment, model: graph, data: data).requireTrainable { path, message in
            ExperimentError(
                file: file, place: tree.node(at: path)?.place ?? tree.node(at: ConfigPath(["data"]))?.place,
                path: path, message: message)
        }
    }

    private func check(_ assignment: Assignment, with data: DataFacts) throws(ExperimentError) {
        let trial = try Self.assigned(assignment, to: tree, file: file)
        let experiment = try Self.decode(trial, file: file).experiment
        let model = try ModelCheck(file: file, samples: data.samples)
            .graph(of: experiment, tree: trial)
        try checkBatches(of: experiment, model, trial, with: data)
    }

    /// What all of them have alike; all of the first where that is nothing.
    private static func common(_ assignments: [Assignment]) -> Assignment {
        guard let first = assignments.first else { return [] }
        let shared = first.elements.filter { element in
            assignments.allSatisfy { $0[element.path] == element.value }
        }
        return shared.isEmpty ? first : Assignment(shared)
    }
}
