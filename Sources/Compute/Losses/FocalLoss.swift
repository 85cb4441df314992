internal import Architecture
internal import Glibc

/// - w_y (1 - p)^gamma log p with p = softmax(x)_y, summed over the batch and divided by the sum of w_y, with x the logits
/// [batch, classes] and y the class of each sample.
///
/// By the logits it is w_y (q_c - p_c) g, with q the true class's distribution and
/// g = gamma p (1 - p)^(gamma - 1) log p - (1 - p)^gamma.
struct FocalLoss: LossFunction {
    private let classes: Int
    private let gamma: Double
    private let weights: [Float]?

    /// - Throws: ``ComputeError`` with `invalidSetting` for a gamma below 0, or for class weights as cross-entropy has them.
    init(_ settings: LossDescription.Focal, classes: Int) throws(ComputeError) {
        guard settings.gamma >= 0, settings.gamma.isFinite else {
            throw ComputeError(.invalidSetting, "plan the loss", "gamma must be finite and at least 0")
        }
        self.classes = classes
        gamma = settings.gamma
        weights = try CrossEntropyLoss.weights(settings.classWeights, classes: classes)
    }

    func evaluate(
        predicted: UnsafePointer<Float>, expected: TargetBatch, count: Int,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ComputeError) -> (sum: Double, weight: Double) {
        let parts: [(labels: UnsafeBufferPointer<Int32>, share: Double)] =
            switch expected {
            case .classes(let labels): [(labels, 1)]
            case .mixedClasses(let labels, let partners, let share): [(labels, share), (partners, 1 - share)]
            case .values: throw ComputeError(.invalidBatch, "focal loss", "it needs \(count) class indices")
            }
        for part in parts { try CrossEntropyLoss.require(part.labels, count: count, classes: classes) }
        // Partners are the batch in another order, so that their weights have the same sum.
        let weight = parts[0].labels.prefix(count).reduce(0) { $0 + self.weight($1) }
        gradient?.update(repeating: 0, count: count * classes)
        var sum = 0.0
        for part in parts {
            sum += add(
                predicted, part.labels, count: count, factor: part.share, scale: 1 / weight,
                to: weight > 0 ? gradient : nil)
        }
        return (sum, weight)
    }

    private func weight(_ label: Int32) -> Double { weights.map { Double($0[Int(label)]) } ?? 1 }

    /// - Returns: the sum of the losses, times `factor`; their gradient times `scale` is added to `gradient`.
    private func add(
        _ predicted: UnsafePointer<Float>, _ expected: UnsafeBufferPointer<Int32>, count: Int, factor: Double,
        scale: Double, to gradient: UnsafeMutablePointer<Float>?
    ) -> Double {
        var sum = 0.0
        for sample in 0..<count {
            let row = predicted + sample * classes
            let label = Int(expected[sample])
            var largest = -Float.infinity
            for place in 0..<classes { largest = max(largest, row[place]) }
            var powers = 0.0
            for place in 0..<classes { powers += exp(Double(row[place] - largest)) }
            let logP = Double(row[label] - largest) - log(powers)
            let p = exp(logP)
            let rest = max(1 - p, 0)
            let focus = pow(rest, gamma)
            let weight = weight(expected[sample]) * factor
            sum -= weight * focus * logP
            guard let gradient else { continue }
            // At p = 1 the first term is 0 for any gamma: log p goes to 0 as 1 - p does.
            let first = rest > 0 ? gamma * p * pow(rest, gamma - 1) * logP : 0
            let slope = weight * (first - focus) * scale
            for place in 0..<classes {
                let probability = exp(Double(row[place] - largest)) / powers
                gradient[sample * classes + place] += Float(slope * ((place == label ? 1 : 0) - probability))
            }
        }
        return sum
    }
}
