import Glibc
package import StudyStore

/// What a model says of samples.
package enum Predictions: Hashable, Sendable {
    /// Numbers in the target's own units.
    case values([Double])
    /// Samples x classes, row-major.
    case probabilities([Float], classes: Int)

    /// - Parameters:
    ///   - outputs: of the network, samples x `width`.
    ///   - isCalibrated: whether a classifier's outputs are divided by its temperature.
    package init(
        outputs: [Float], width: Int, _ preparation: Checkpoint.Preparation, isCalibrated: Bool = false
    ) {
        guard let classes = preparation.classNames?.count else {
            let target = preparation.target
            self = .values(outputs.map { Double($0) * (target?.units[0] ?? 1) + (target?.offsets[0] ?? 0) })
            return
        }
        var outputs = outputs
        if isCalibrated, let temperature = preparation.temperature {
            for place in outputs.indices { outputs[place] = Float(Double(outputs[place]) / temperature) }
        }
        var probabilities: [Float] = []
        probabilities.reserveCapacity(outputs.count / width * classes)
        for start in stride(from: 0, to: outputs.count, by: width) {
            probabilities += Self.probabilities(ofOutputs: outputs[start..<start + width]).lazy.map { Float($0) }
        }
        self = .probabilities(probabilities, classes: classes)
    }

    /// The probabilities of a sample's classes: the softmax of its outputs; of a single output x, 1 / (1 + exp(x)) and
    /// 1 / (1 + exp(-x)).
    package static func probabilities(ofOutputs outputs: ArraySlice<Float>) -> [Double] {
        if outputs.count == 1, let output = outputs.first {
            return [1 / (1 + exp(Double(output))), 1 / (1 + exp(-Double(output)))]
        }
        let most = outputs.max() ?? 0
        let powers = outputs.map { exp(Double($0 - most)) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// The most probable class of a sample, the first of equals.
    package func predictedClass(ofSample sample: Int) -> Int? {
        guard case .probabilities(let values, let classes) = self else { return nil }
        let row = values[sample * classes..<(sample + 1) * classes]
        return row.indices.max { row[$0] < row[$1] }.map { $0 - row.startIndex }
    }
}
