internal import Datasets
package import StudyStore

/// Several models that are asked together: the mean of their probabilities, or of their values.
///
/// Source: Lakshminarayanan, Pritzel, Blundell, "Simple and scalable predictive uncertainty estimation using deep
/// ensembles", NeurIPS 2017.
package final class Ensemble {
    package let models: [TrainedModel]

    /// What all of them answer with.
    package var preparation: Checkpoint.Preparation { models[0].preparation }

    /// - Parameter paths: of their checkpoints, at least one.
    /// - Throws: ``PredictionError`` where they are no models, or do not answer the same question about the same data.
    package init(paths: [String]) throws {
        precondition(!paths.isEmpty, "an ensemble has a model")
        models = try paths.map(TrainedModel.init)
        for (model, path) in zip(models, paths).dropFirst() {
            let (first, other) = (models[0].preparation, model.preparation)
            guard first.classNames == other.classNames,
                first.tableColumns.map(\.kindAndName) == other.tableColumns.map(\.kindAndName),
                first.columns != nil || first.sampleShape == other.sampleShape
            else {
                throw PredictionError.unfit(
                    path, reason: "answers another question than \(paths[0]), or about other data")
            }
        }
    }

    /// - Throws: `ComputeError`; ``PredictionError`` where the models' inputs, about which they are asked, are different.
    package func predict(_ samples: ModelSamples, isCalibrated: Bool = false) throws -> Predictions {
        if case .inputs = samples, models.contains(where: { !$0.preparation.hasInputs(of: preparation) }) {
            throw PredictionError.unfit(
                "the ensemble", reason: "its models make different inputs of a table: ask it about the table itself")
        }
        let answers = try models.map { try $0.predict(samples, isCalibrated: isCalibrated) }
        return Predictions(meanOf: answers)
    }
}

extension Checkpoint.Preparation {
    /// Whether the model takes what another takes.
    fileprivate func hasInputs(of other: Self) -> Bool {
        sampleShape == other.sampleShape && featureNames == other.featureNames
    }
}

extension TableColumn {
    /// What cells are read as.
    fileprivate var kindAndName: String { "\(name)\u{0}\(kind)" }
}

extension Predictions {
    /// The mean of answers to the same question.
    package init(meanOf answers: [Predictions]) {
        let count = Double(answers.count)
        switch answers[0] {
        case .values(let first):
            let all = answers.map { answer in if case .values(let values) = answer { values } else { first } }
            self = .values(first.indices.map { sample in all.reduce(0) { $0 + $1[sample] } / count })
        case .probabilities(let first, let classes):
            guard answers.count > 1 else {
                self = .probabilities(first, classes: classes)
                return
            }
            let all = answers.map { answer in if case .probabilities(let values, _) = answer { values } else { first } }
            self = .probabilities(
                first.indices.map { place in Float(all.reduce(0.0) { $0 + Double($1[place]) } / count) },
                classes: classes)
        }
    }
}
