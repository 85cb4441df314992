import Architecture
import Compute
import Datasets
import Experiments
import Glibc
import Prediction
import StudyStore

/// What several models together gain over each of them, on the validation part that all of them share.
package struct EnsembleGain {
    package struct Score: Hashable, Sendable {
        /// The accuracy, or the root mean squared error in the target's own units.
        package var value: Double
        /// The mean of -log p of the true class; nil for a regression.
        package var crossEntropy: Double?
    }

    package let models: [Score]
    package let together: Score
    package let isClassification: Bool
    package let sampleCount: Int

    /// - Parameters:
    ///   - paths: of the models' checkpoints.
    ///   - folder: where the experiments' relative paths start from.
    /// - Returns: nil where they were validated on different samples, as the folds of a split are.
    /// - Throws: `DatasetError` where the data cannot be read.
    package init?(paths: [String], folder: String) throws {
        var answers: [Predictions] = []
        var validation: (rows: [Int32], part: Part, data: PreparedData)?
        // All trials of a study have the same source.
        var dataset: Dataset?
        for path in paths {
            let stored = try StoredModel(path: path)
            if let validation, validation.rows != stored.preparation.split.validation { return nil }
            let source = try dataset ?? DataSource(stored.experiment.builtIn.data, folder: folder).load()
            dataset = source
            let data = try TrialData(stored.experiment, dataset: source, folder: folder)
            guard data.digest == stored.preparation.dataDigest else { throw WorkerError.otherData(data.name) }
            let part = data.prepared.validation
            validation = validation ?? (stored.preparation.split.validation, part, data.prepared)
            let sessions = TrainingSessionFactory(
                experiment: stored.experiment, data: data, model: stored.graph, seed: stored.checkpoint.seed)
            let loop = try sessions.evaluator(of: stored.checkpoint.modelState.map(NamedTensor.init))
            var outputs: [Float] = []
            try loop.trainer.predict(on: part) { _, values in outputs += values }
            answers.append(Predictions(outputs: outputs, width: stored.graph.output.count, stored.preparation))
        }
        guard let (_, part, data) = validation else { return nil }
        sampleCount = part.count
        isClassification = data.classNames != nil
        models = answers.map { Self.score($0, part, data) }
        together = Self.score(Predictions(meanOf: answers), part, data)
    }

    private static func score(_ answer: Predictions, _ part: Part, _ data: PreparedData) -> Score {
        switch (answer, part.targets) {
        case (.probabilities(let values, let classes), .classes(let labels, names: _)):
            var (right, entropy) = (0, 0.0)
            for (sample, label) in labels.enumerated() {
                if answer.predictedClass(ofSample: sample) == Int(label) { right += 1 }
                entropy -= log(max(Double(values[sample * classes + Int(label)]), .leastNormalMagnitude))
            }
            return Score(
                value: Double(right) / Double(labels.count), crossEntropy: entropy / Double(labels.count))
        case (.values(let values), .values(let targets)):
            let scale = data.targetScaling
            let errors = zip(values, targets).map { value, target in
                value - (target * (scale?.units[0] ?? 1) + (scale?.offsets[0] ?? 0))
            }
            return Score(value: (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot())
        default: preconditionFailure("an answer is of the data's kind")
        }
    }
}
