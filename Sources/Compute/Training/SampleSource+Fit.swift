internal import Architecture

extension SampleSource {
    /// - Throws: ``TrainingError`` with `unfitSamples` where there is no sample, or where features or targets are not
    ///   what the trainer's model and loss take.
    func requireFit(for trainer: Trainer) throws(TrainingError) {
        let input = trainer.model.input
        let outputs = trainer.model.output.count
        guard count > 0 else { throw .unfitSamples("there are no samples") }
        guard featureCount == input.count else {
            throw .unfitSamples("samples have \(featureCount) features, but the model takes \(input)")
        }
        switch (task, trainer.loss) {
        case (.classification(let classes), .crossEntropy):
            guard classes == outputs else {
                throw .unfitSamples("samples have \(classes) classes, but the model has \(outputs) outputs")
            }
        case (.regression(let values), .meanSquaredError):
            guard values == outputs else {
                throw .unfitSamples("samples have \(values) target values, but the model has \(outputs) outputs")
            }
        case (.classification, .meanSquaredError):
            throw .unfitSamples("mean squared error needs target values, but the samples have classes")
        case (.regression, .crossEntropy):
            throw .unfitSamples("cross-entropy needs classes, but the samples have target values")
        }
    }
}
