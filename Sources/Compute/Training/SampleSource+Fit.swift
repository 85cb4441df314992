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
        case (.classification(let classes), .binaryCrossEntropy):
            guard classes == 2, outputs == 1 else {
                throw .unfitSamples(
                    "binary cross-entropy takes 2 classes and a model with 1 output, but there are \(classes) classes "
                        + "and \(outputs) outputs")
            }
        case (.regression, .crossEntropy):
            throw .unfitSamples("cross-entropy needs classes, but the samples have target values")
        case (.classification, let loss):
            throw .unfitSamples("\(loss.kind.rawValue) needs target values, but the samples have classes")
        case (.regression(let values), _):
            guard values == outputs else {
                throw .unfitSamples("samples have \(values) target values, but the model has \(outputs) outputs")
            }
        }
    }

    /// - Throws: ``TrainingError`` with `unfitSamples` where an epoch has a batch of one sample, of which batch
    ///   normalisation can learn nothing: each feature is its own mean.
    ///
    /// - Parameter count: how many samples the batches have together, where it is not all of them.
    func requireBatches(
        of batchSize: Int, in count: Int? = nil, for model: PlacedModel
    ) throws(TrainingError) {
        let count = count ?? self.count
        let normalizesSingleValues = model.nodes.contains { node in
            guard case .batchNorm = node.operation else { return false }
            return node.output.pixels == 1
        }
        guard normalizesSingleValues, batchSize == 1 || count % batchSize == 1 else { return }
        throw .unfitSamples(
            "\(count) samples in batches of \(batchSize) leave a batch of one sample, which batch normalisation cannot "
                + "be trained on: choose another batch size")
    }
}
