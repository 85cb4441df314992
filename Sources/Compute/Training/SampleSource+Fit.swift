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
    /// - Parameters:
    ///   - count: how many samples the batches have together, where it is not all of them.
    ///   - dropsLast: whether samples that fill no batch are left out.
    func requireBatches(
        of batchSize: Int, in count: Int? = nil, dropsLast: Bool = false, for model: ModelGraph
    ) throws(TrainingError) {
        let count = count ?? self.count
        guard !dropsLast || batchSize <= count else {
            throw .unfitSamples(
                "\(count) samples fill no batch of \(batchSize): without the last batch there is nothing to train on")
        }
        guard model.normalizesSingleValues, batchSize == 1 || (count % batchSize == 1 && !dropsLast) else { return }
        throw .unfitSamples(
            "\(count) samples in batches of \(batchSize) leave a batch of one sample, which batch normalisation cannot "
                + "be trained on: choose another batch size")
    }
}
