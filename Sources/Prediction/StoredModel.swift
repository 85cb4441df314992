package import Architecture
package import Experiments
package import StudyStore

/// A trained model as a checkpoint holds it: the network, its weights, and what its inputs and outputs mean.
package struct StoredModel {
    package let checkpoint: Checkpoint
    package let preparation: Checkpoint.Preparation
    package let experiment: Experiment
    package let graph: ModelGraph

    /// - Throws: ``PredictionError`` where there is no checkpoint, or it is damaged.
    package static func checkpoint(at path: String) throws -> Checkpoint {
        let bytes = try StoredBytes.read(path)
        do {
            return try Checkpoint(decoding: bytes)
        } catch {
            throw PredictionError.noModel(path, reason: "\(error)")
        }
    }

    /// - Parameter path: of a `best.h5`.
    /// - Throws: ``PredictionError`` where it is no such file, or holds too little;
    ///   `ExperimentError` where it is of a newer version, whose experiment has keys that this one does not know.
    package init(path: String) throws {
        checkpoint = try Self.checkpoint(at: path)
        guard let preparation = checkpoint.preparation else { throw PredictionError.noPreparation(path) }
        self.preparation = preparation
        let file = try ExperimentFile(text: checkpoint.experiment, name: path)
        experiment = file.experiment
        graph = try file.check(with: preparation.sampleFacts)
    }
}
