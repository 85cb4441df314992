internal import Architecture

/// What a data set asks a model for.
public enum LearningTask: Hashable, Sendable {
    /// One of `classes` classes per sample; the model has as many outputs.
    case classification(classes: Int)
    /// `outputs` values per sample.
    case regression(outputs: Int)
}

extension LearningTask {
    var hasClasses: Bool { if case .classification = self { true } else { false } }
}

/// Samples that a training loop takes batches from: features with their targets, in any order.
public protocol SampleSource: Sendable {
    /// How many samples there are.
    var count: Int { get }
    /// How many features each sample has.
    var featureCount: Int { get }
    var task: LearningTask { get }

    /// Copies the samples at `indices`, one after the other.
    ///
    /// The same arguments give the same batch, on whichever thread: a training loop prepares its next batch on another
    /// one, and a run that is resumed asks for its batch again.
    ///
    /// - Parameters:
    ///   - indices: each in 0..<count, not necessarily different.
    ///   - step: what random changes of a sample follow from, with a seed of the source's own and the sample's place in
    ///     the batch. Training counts its steps over all epochs from 0; evaluation passes 0.
    ///   - features: room for indices.count x featureCount values, and maybe more.
    ///   - targets: room for as many targets, of the kind that ``task`` asks for.
    func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage)
}

/// Where a batch's targets go.
public enum TargetStorage {
    case classes(UnsafeMutableBufferPointer<Int32>)
    /// Count x outputs.
    case values(UnsafeMutableBufferPointer<Float>)
}

extension SampleSource {
    /// The samples of each class, for the weighted sampler.
    ///
    /// - Throws: ``TrainingError`` with `unfitRecipe` where there are target values instead, or for a class without
    ///   samples; with `unfitSamples` for a class that does not exist.
    package func membersOfClasses() throws(TrainingError) -> [[Int]] {
        guard case .classification(let classes) = task else {
            throw .unfitRecipe("weighted sampling needs classes, but the samples have target values")
        }
        var members = [[Int]](repeating: [], count: classes)
        for (sample, label) in gatherClasses().enumerated() {
            guard members.indices.contains(Int(label)) else {
                throw .unfitSamples("sample \(sample) has the class \(label), which is not in 0..<\(classes)")
            }
            members[Int(label)].append(sample)
        }
        if let empty = members.firstIndex(where: \.isEmpty) {
            throw .unfitRecipe("weighted sampling needs samples of every class, but class \(empty) has none")
        }
        return members
    }

    /// The classes of all samples. Features come along: that costs one pass over the samples.
    private func gatherClasses() -> [Int32] {
        let size = 256
        let batch = SampleBatch(capacity: size, featureCount: featureCount, task: task)
        let all = Array(0..<count)
        return stride(from: 0, to: count, by: size).flatMap { start in
            batch.gather(all[start..<min(start + size, count)], step: 0, from: self)
            guard case .classes(let classes) = batch.targets else { return [Int32]() }
            return Array(classes.prefix(batch.count))
        }
    }
}

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
        case (.classification(let classes), .crossEntropy), (.classification(let classes), .focal):
            guard classes == outputs else {
                throw .unfitSamples("samples have \(classes) classes, but the model has \(outputs) outputs")
            }
        case (.classification(let classes), .binaryCrossEntropy):
            guard classes == 2, outputs == 1 else {
                throw .unfitSamples(
                    "binary cross-entropy takes 2 classes and a model with 1 output, but there are \(classes) classes "
                        + "and \(outputs) outputs")
            }
        case (.regression, .crossEntropy), (.regression, .focal):
            throw .unfitSamples("\(trainer.loss.kind.rawValue) needs classes, but the samples have target values")
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
