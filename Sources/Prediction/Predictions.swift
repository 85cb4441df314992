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
        self = .probabilities(Self.probabilities(outputs, outputs: width), classes: classes)
    }

    /// The softmax of each sample's outputs; of a single output x, 1 - p and p = 1 / (1 + exp(-x)).
    private static func probabilities(_ values: [Float], outputs: Int) -> [Float] {
        guard outputs > 1 else {
            return values.flatMap { value in
                let p = 1 / (1 + exp(-Double(value)))
                return [Float(1 - p), Float(p)]
            }
        }
        var probabilities = values
        for start in stride(from: 0, to: values.count, by: outputs) {
            let row = values[start..<start + outputs]
            let most = row.max() ?? 0
            let powers = row.map { exp(Double($0 - most)) }
            let sum = powers.reduce(0, +)
            for (output, power) in powers.enumerated() { probabilities[start + output] = Float(power / sum) }
        }
        return probabilities
    }

    /// The most probable class of a sample, the first of equals.
    package func predictedClass(ofSample sample: Int) -> Int? {
        guard case .probabilities(let values, let classes) = self else { return nil }
        let row = values[sample * classes..<(sample + 1) * classes]
        return row.indices.max { row[$0] < row[$1] }.map { $0 - row.startIndex }
    }
}
