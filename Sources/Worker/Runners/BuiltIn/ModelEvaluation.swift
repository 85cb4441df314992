import Architecture
import Compute
import Datasets
import Experiments
package import Studies
import Prediction
package import StudyStore

/// How well a model does on samples whose targets are known.
package struct ModelEvaluation {
    /// As a trial's test metrics are named: `test_loss`, ...
    package let metrics: [String: Double]
    /// Nil for a regression.
    package let confusion: ConfusionMatrix?
    /// The worst first.
    package let mistakes: [Mistake]
    package let sampleCount: Int
    /// How sure the model is and how often right; nil for a regression.
    package let reliability: Reliability?

    /// A sample on which the model was wrong.
    package struct Mistake: Hashable, Sendable {
        /// Its position in the data, from 0.
        package var row: Int
        package var truth: String
        package var prediction: String
        /// The probability that the model gave the truth; of a regression, how far it was off, in the target's units.
        package var measure: Double
    }

    /// Evaluates a model on the test rows that its own training left out.
    ///
    /// - Parameter folder: where the experiment's relative paths start from.
    /// - Throws: `DatasetError`; ``WorkerError`` where the data are not those that it was trained on.
    package init(_ checkpoint: Checkpoint, ownDataIn folder: String, mostMistakes: Int) throws {
        let file = try ExperimentFile(text: checkpoint.experiment, name: "the model's experiment")
        let data = try TrialData(file.experiment, folder: folder)
        guard checkpoint.preparation.map({ $0.dataDigest == data.digest }) ?? true else {
            throw WorkerError.otherData(data.name)
        }
        try self.init(checkpoint, file, data, mostMistakes: mostMistakes)
    }

    /// Evaluates a model on other data of the same kind.
    ///
    /// - Parameter path: of data with targets; classes go by their names.
    /// - Throws: where they do not go with the model.
    package init(
        _ checkpoint: Checkpoint, _ preparation: Checkpoint.Preparation, on path: String, mostMistakes: Int
    ) throws {
        let file = try ExperimentFile(text: checkpoint.experiment, name: "the model's experiment")
        var source = DataSource(file.experiment.builtIn.data, folder: ".").reading(path)
        if case .csv(var table) = source {
            (table.ignore, table.columns, table.splitColumn) = ([], [:], nil)
            table.modelColumns = preparation.tableColumns
            source = .csv(table)
        }
        let prepared = try PreparedData(
            testing: source.load(), sampleShape: preparation.sampleShape, featureNames: preparation.featureNames,
            encoder: preparation.encoder, classNames: preparation.classNames,
            scaling: FittedScaling(preparation.features),
            targetScaling: preparation.target.map(FittedScaling.init))
        try self.init(
            checkpoint, file, TrialData(evaluating: file.experiment, prepared: prepared), mostMistakes: mostMistakes)
    }

    private init(_ checkpoint: Checkpoint, _ file: ExperimentFile, _ data: TrialData, mostMistakes: Int) throws {
        let sessions = TrainingSessionFactory(
            experiment: file.experiment, data: data,
            model: try file.check(with: data.sampleFacts), seed: checkpoint.seed)
        let loop = try sessions.evaluator(of: checkpoint.modelState.map(NamedTensor.init))
        let test = data.prepared.test
        var outputs: [Float] = []
        let found = try loop.evaluate(on: test, scale: data.targetScale) { outputs += $0 }
        metrics = data.columns(found, of: "test").merging(data.summary(found, of: "test")) { $1 }
        confusion = data.confusion(found)
        sampleCount = test.count
        mistakes = Self.mistakes(outputs, on: test, data.prepared, most: mostMistakes)
        reliability = Reliability(
            found, on: test, outputs: outputs, temperature: checkpoint.preparation?.temperature)
    }

    private static func mistakes(_ outputs: [Float], on part: Part, _ data: PreparedData, most: Int) -> [Mistake] {
        let width = outputs.count / part.count
        let found = (0..<part.count).compactMap { index in
            mistake(outputs[index * width..<(index + 1) * width], index, part, data)
        }
        let isRegression = data.classNames == nil
        return Array(
            found.sorted { isRegression ? $0.measure > $1.measure : $0.measure < $1.measure }.prefix(most))
    }

    private static func mistake(
        _ outputs: ArraySlice<Float>, _ index: Int, _ part: Part, _ data: PreparedData
    ) -> Mistake? {
        let row = part.position(of: index)
        switch part.targets {
        case .classes(let classes, let names):
            let probabilities = Predictions.probabilities(ofOutputs: outputs)
            let truth = Int(classes[index])
            let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
            guard truth >= 0, best != truth else { return nil }
            return Mistake(
                row: row, truth: names[truth], prediction: names[best], measure: probabilities[truth])
        case .values(let values):
            let (unit, offset) = (data.targetScaling?.units[0] ?? 1, data.targetScaling?.offsets[0] ?? 0)
            let (truth, prediction) = (
                values[index] * unit + offset, Double(outputs[outputs.startIndex]) * unit + offset
            )
            return Mistake(
                row: row, truth: "\(Float(truth))", prediction: "\(Float(prediction))",
                measure: abs(prediction - truth))
        }
    }
}
