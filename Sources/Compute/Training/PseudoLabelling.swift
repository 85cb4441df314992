internal import Architecture
internal import CKernels
internal import Glibc

/// Learning from samples without labels of their own: each step adds w(e) L(unlabelled batch), with L the trial's own
/// loss, its label smoothing and class weights included, and e the epoch. One update follows both gradients' sum.
///
/// w(e) is 0 before `rampStart`, rises linearly from there to `alpha` at `rampEnd`, and stays; epochs count from 1.
/// While it is 0, no unlabelled batch is computed.
///
/// Source: Lee, "Pseudo-label: the simple and efficient semi-supervised learning method for deep neural networks",
/// ICML 2013 workshop on challenges in representation learning.
public struct PseudoLabelling: Sendable {
    /// Where the labels come from.
    public enum Labels: String, Hashable, Sendable, CaseIterable {
        /// The classes that the model itself, in training mode, finds most probable in that very step. The source's
        /// classes are the truth, where it is known, and -1 elsewhere: they are counted with, never trained on.
        case online
        /// The source's own classes, found beforehand.
        case given
        /// The classes that the model finds most probable for the samples as ``PseudoLabelling/weak`` has them, in that very
        /// step; those that are less probable than the threshold count for nothing.
        ///
        /// Source: Sohn et al., "FixMatch: simplifying semi-supervised learning with consistency and confidence", NeurIPS
        /// 2020.
        case consistent
    }

    public var unlabelled: any SampleSource
    /// The same samples, changed less, which `consistent` labels are of; nil for all other labels.
    public var weak: (any SampleSource)?
    /// The least probability of a `consistent` label.
    public var threshold: Double
    public var labels: Labels
    /// Samples in an unlabelled batch, up to the trainer's largest; all of them, where there are fewer.
    public var batchSize: Int
    public var alpha: Double
    public var rampStart: Int
    public var rampEnd: Int

    public init(
        unlabelled: any SampleSource, weak: (any SampleSource)? = nil, threshold: Double = 0, labels: Labels,
        batchSize: Int, alpha: Double, rampStart: Int, rampEnd: Int
    ) {
        precondition(
            (weak != nil) == (labels == .consistent), "consistent labels, and no others, are of weaker changes")
        self.unlabelled = unlabelled
        self.weak = weak
        self.threshold = threshold
        self.labels = labels
        self.batchSize = batchSize
        self.alpha = alpha
        self.rampStart = rampStart
        self.rampEnd = rampEnd
    }

    /// What the unlabelled loss is multiplied by in an epoch, counted from 1.
    public func weight(inEpoch epoch: Int) -> Double {
        if epoch >= rampEnd { return alpha }
        return epoch < rampStart ? 0 : alpha * Double(epoch - rampStart) / Double(rampEnd - rampStart)
    }
}

extension Trainer {
    /// One step of training on two batches: the gradient is that of L(labelled) + weight L(unlabelled), both computed
    /// in training mode, the labelled batch first; one update follows.
    ///
    /// - Returns: the labelled batch's mean loss, and what became of the unlabelled one, its loss not yet weighted;
    ///   both before the update.
    /// - Throws: ``ComputeError`` with `invalidBatch` for a batch that does not fit.
    package func step(
        features: UnsafeBufferPointer<Float>, targets: TargetBatch, count: Int, unlabelled: UnlabelledBatch
    ) throws(ComputeError) -> (loss: Double, unlabelled: UnlabelledSums) {
        let second = try preparedSecondPass()
        let loss = try learn(features: features, targets: targets, count: count)
        second.gradients.base.update(from: store.gradients.base, count: store.gradients.count)
        let sums = try learn(unlabelled, second)
        winnow_add(store.gradients.base, second.gradients.base, store.gradients.count)
        update()
        return (loss, sums)
    }

    private func preparedSecondPass() throws(ComputeError) -> SecondPass {
        if let secondPass { return secondPass }
        let pass = try SecondPass(gradientCount: store.gradients.count, batchSize: batchSize)
        secondPass = pass
        return pass
    }

    /// Leaves the gradients of the unlabelled batch by itself.
    private func learn(_ batch: UnlabelledBatch, _ second: SecondPass) throws(ComputeError) -> UnlabelledSums {
        let isSure = try batch.weak.map { (weak) throws(ComputeError) in
            try label(weak.features, count: batch.count, threshold: weak.threshold, second)
        }
        let plan = try prepare(trainingPlans, features: batch.features, count: batch.count)
        try plan.forward(StepIdentity(seed: seed, step: stepCount, pass: .unlabelled))
        guard batch.classes.count >= batch.count else {
            throw ComputeError(.invalidBatch, "pseudo-labels", "they need \(batch.count) class indices")
        }
        var sums = UnlabelledSums(sampleCount: batch.count)
        let predictions = predictions(of: plan, count: batch.count)
        if batch.labels != .given {
            for sample in 0..<batch.count where isSure?[sample] ?? true {
                if batch.labels == .online {
                    second.labels[sample] = Int32(predictions.predictedClass(ofSample: sample))
                }
                let truth = batch.classes[sample]
                sums.known += truth >= 0 ? 1 : 0
                sums.right += truth == second.labels[sample] ? 1 : 0
            }
        }
        let gradient = plan.output.gradient?.buffer.base
        let (sum, weight) = try second.labels.withUnsafeBufferPointer { labels throws(ComputeError) in
            try lossFunction.evaluate(
                predicted: plan.output.base, expected: .classes(batch.labels == .given ? batch.classes : labels),
                count: batch.count, gradient: gradient)
        }
        if let gradient {
            let outputs = model.output.count
            for i in 0..<batch.count * outputs {
                gradient[i] *= isSure?[i / outputs] ?? true ? Float(batch.weight) : 0
            }
        }
        if let isSure {
            // Of those alone that count, divided by all.
            for sample in 0..<batch.count where isSure[sample] {
                sums.lossSum += predictions.crossEntropy(ofSample: sample, truth: Int(second.labels[sample]))
            }
        } else {
            sums.lossSum = weight == 0 ? 0 : sum / weight * Double(batch.count)
        }
        try plan.backward()
        return sums
    }

    /// Labels a batch by what the model, in training mode, finds most probable.
    ///
    /// - Returns: whether each label is as probable as the threshold.
    private func label(
        _ features: UnsafeBufferPointer<Float>, count: Int, threshold: Double, _ second: SecondPass
    ) throws(ComputeError) -> [Bool] {
        let plan = try prepare(trainingPlans, features: features, count: count)
        try plan.forward(StepIdentity(seed: seed, step: stepCount, pass: .unlabelled))
        let predictions = predictions(of: plan, count: count)
        return (0..<count).map { sample in
            let label = predictions.predictedClass(ofSample: sample)
            second.labels[sample] = Int32(label)
            return exp(-predictions.crossEntropy(ofSample: sample, truth: label)) >= threshold
        }
    }
}

/// What the second batch of a step needs, while the first one's gradients wait for it.
final class SecondPass {
    /// The gradients that the first batch left.
    let gradients: AlignedFloats
    /// The labels that the model gives the second.
    var labels: [Int32]

    /// - Throws: ``ComputeError`` with `outOfMemory`.
    init(gradientCount: Int, batchSize: Int) throws(ComputeError) {
        gradients = try AlignedFloats(count: gradientCount)
        labels = Array(repeating: 0, count: batchSize)
    }
}

/// A batch that a step learns from beside its labelled one, by pseudo-labels.
package struct UnlabelledBatch {
    /// Count x inputs.
    package let features: UnsafeBufferPointer<Float>
    /// One for each sample: what it is trained as, or the truth, -1 where that is unknown; as `labels` says.
    package let classes: UnsafeBufferPointer<Int32>
    package let count: Int
    package let labels: PseudoLabelling.Labels
    /// What its loss is multiplied by.
    package let weight: Double
    /// The same samples, changed less, and how probable their labels must be; where labels are `consistent`.
    package let weak: (features: UnsafeBufferPointer<Float>, threshold: Double)?

    package init(
        features: UnsafeBufferPointer<Float>, classes: UnsafeBufferPointer<Int32>, count: Int,
        labels: PseudoLabelling.Labels, weight: Double,
        weak: (features: UnsafeBufferPointer<Float>, threshold: Double)? = nil
    ) {
        self.weak = weak
        self.features = features
        self.classes = classes
        self.count = count
        self.labels = labels
        self.weight = weight
    }
}

extension UnlabelledBatch {
    init(_ batch: SampleBatch, _ pseudoLabels: PseudoLabelling, weight: Double, weak: SampleBatch?) {
        guard case .classes(let classes) = batch.targets else {
            preconditionFailure("a recipe is held against its samples when training starts")
        }
        self.init(
            features: UnsafeBufferPointer(batch.features), classes: UnsafeBufferPointer(classes), count: batch.count,
            labels: pseudoLabels.labels, weight: weight,
            weak: weak.map { (UnsafeBufferPointer($0.features), pseudoLabels.threshold) })
    }
}
