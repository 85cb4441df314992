import Architecture
import Compute
import Datasets
import Experiments
import Studies
import Glibc
import Prediction
import StudyStore

/// What a teacher says of the unlabelled samples: a class for each that it is sure of.
struct PseudoLabels {
    /// One for each unlabelled sample; -1 where the teacher was not sure.
    let classes: [Int32]

    init(classes: [Int32]) {
        self.classes = classes
    }

    /// Labels every sample with the class that the teacher finds most probable, the first of equals, where that
    /// probability, by the softmax of its outputs, is at least `threshold`.
    ///
    /// - Parameters:
    ///   - teacher: has the weights to label with.
    ///   - progress: called before each batch, with how many there were and will be; may throw to end it.
    init(
        of part: Part, by teacher: Trainer, threshold: Double,
        progress: (_ done: Int, _ all: Int) throws -> Void = { _, _ in }
    ) throws {
        var classes: [Int32] = []
        classes.reserveCapacity(part.count)
        try teacher.predict(on: part, progress: progress) { _, logits in
            classes.append(Self.label(logits, threshold: threshold))
        }
        self.classes = classes
    }

    private static func label(_ logits: Slice<UnsafeBufferPointer<Float>>, threshold: Double) -> Int32 {
        guard let best = logits.indices.max(by: { logits[$0] < logits[$1] }) else { return -1 }
        // A model that gives NaN is sure of nothing: the sum is NaN, too, and at least as much as no threshold.
        let sum = logits.reduce(0.0) { $0 + exp(Double($1 - logits[best])) }
        return 1 / sum >= threshold ? Int32(best - logits.startIndex) : -1
    }

    /// The places of the samples that were labelled.
    var kept: [Int] { classes.indices.filter { classes[$0] >= 0 } }

    /// - Parameter truth: the samples' classes, -1 where unknown.
    func tally(truth: [Int32]) -> PseudoLabelTally {
        let known = kept.filter { truth[$0] >= 0 }
        return PseudoLabelTally(
            offered: classes.count, kept: kept.count, known: known.count,
            right: known.count { classes[$0] == truth[$0] })
    }
}

extension Trainer {
    /// Predicts on all samples of a part, in their order.
    ///
    /// - Parameters:
    ///   - progress: called before each batch, with how many there were and will be; may throw to end it.
    ///   - each: gets each sample's index and outputs, which are valid meanwhile.
    func predict(
        on part: Part, progress: (_ done: Int, _ all: Int) throws -> Void = { _, _ in },
        each: (_ index: Int, _ outputs: Slice<UnsafeBufferPointer<Float>>) -> Void
    ) throws {
        let outputs = model.output.count
        var features = [Float](repeating: 0, count: batchSize * part.featureCount)
        let all = Array(0..<part.count)
        let batches = (part.count + batchSize - 1) / batchSize
        for start in stride(from: 0, to: part.count, by: batchSize) {
            try progress(start / batchSize, batches)
            let indices = all[start..<min(start + batchSize, part.count)]
            try features.withUnsafeMutableBufferPointer { features in
                part.gather(indices, features: features)
                let predicted = try predict(features: UnsafeBufferPointer(features), count: indices.count)
                for index in indices {
                    let place = index - start
                    each(index, predicted[place * outputs..<(place + 1) * outputs])
                }
            }
        }
    }
}
