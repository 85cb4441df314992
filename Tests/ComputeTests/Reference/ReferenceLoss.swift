import Architecture
import Glibc

/// A loss in Double, term by term as its formula has them.
struct ReferenceLoss {
    let description: LossDescription
    let outputs: Int

    /// What a batch should be predicted as: one class per sample, or all outputs.
    enum Targets {
        case classes([Int])
        case values([Double])
    }

    /// The mean loss and its gradient by the outputs.
    func evaluate(_ x: [Double], _ targets: Targets) -> (loss: Double, gradient: [Double]) {
        switch (description, targets) {
        case (.crossEntropy(let settings), .classes(let classes)):
            return crossEntropy(settings, x, classes)
        case (.binaryCrossEntropy, .classes(let classes)):
            return mean(x, classes.map(Double.init))
        case (_, .values(let values)):
            return mean(x, values)
        case (_, .classes):
            preconditionFailure("this loss takes values")
        }
    }

    /// Whether rounding can neither take a difference from one side of a kink to the other, nor be a good part of the
    /// gradient: where the outputs are all but what they should be, its terms nearly cancel.
    func isSteady(_ x: [Double], _ targets: Targets) -> Bool {
        func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
        guard largest(evaluate(x, targets).gradient) > 0.02 * largest(terms(x, targets)) else { return false }
        guard case .values(let y) = targets else { return true }
        let kinks: [Double]
        switch description {
        case .meanAbsoluteError: kinks = [0]
        case .huber(let delta): kinks = [delta]
        default: return true
        }
        return zip(x, y).allSatisfy { difference in
            kinks.allSatisfy { abs(abs(difference.0 - difference.1) - $0) > steadyDistance * largest(x) }
        }
    }

    /// What the gradient is the difference of: the part that comes of the outputs, or that of the targets.
    private func terms(_ x: [Double], _ targets: Targets) -> [Double] {
        switch (description, targets) {
        case (.crossEntropy(let settings), .classes(let classes)):
            let weights = weights(settings)
            let total = classes.reduce(0) { $0 + weights[$1] }
            return classes.map { weights[$0] / total }
        case (_, .classes(let classes)):
            return classes.map { Double($0) / Double(x.count) }
        case (_, .values(let y)):
            return evaluate(x, .values(y.map { _ in 0 })).gradient
        }
    }

    /// The mean of a loss of each output by itself.
    private func mean(_ x: [Double], _ y: [Double]) -> (Double, [Double]) {
        let terms = zip(x, y).map { term($0, $1) }
        let count = Double(terms.count)
        return (terms.reduce(0) { $0 + $1.value } / count, terms.map { $0.slope / count })
    }

    private func term(_ x: Double, _ y: Double) -> (value: Double, slope: Double) {
        let difference = x - y
        switch description {
        case .meanSquaredError:
            return (difference * difference, 2 * difference)
        case .meanAbsoluteError:
            return (abs(difference), difference == 0 ? 0 : difference > 0 ? 1 : -1)
        case .huber(let delta):
            return abs(difference) <= delta
                ? (difference * difference / 2, difference)
                : (delta * (abs(difference) - delta / 2), difference > 0 ? delta : -delta)
        case .binaryCrossEntropy:
            // log s(x) and log (1 - s(x)) = log s(-x), without forming an s that is rounded to 0 or 1.
            func logistic(_ x: Double) -> Double { min(x, 0) - log1p(exp(-abs(x))) }
            return (-y * logistic(x) - (1 - y) * logistic(-x), 1 / (1 + exp(-x)) - y)
        case .quantile(let level):
            return difference > 0 ? ((1 - level) * difference, 1 - level) : (-level * difference, -level)
        case .crossEntropy, .focal:
            preconditionFailure("it has one term per sample")
        }
    }

    private func weights(_ settings: LossDescription.CrossEntropy) -> [Double] {
        if case .list(let list)? = settings.classWeights { list } else { [Double](repeating: 1, count: outputs) }
    }

    private func crossEntropy(
        _ settings: LossDescription.CrossEntropy, _ x: [Double], _ classes: [Int]
    ) -> (Double, [Double]) {
        let weights = weights(settings)
        let total = classes.reduce(0) { $0 + weights[$1] }
        var loss = 0.0
        var gradient: [Double] = []
        for (sample, label) in classes.enumerated() {
            let row = x[sample * outputs..<(sample + 1) * outputs]
            let sum = row.reduce(0) { $0 + exp($1) }
            let wanted = distribution(settings.labelSmoothing, label)
            let all = (0..<outputs).reduce(0) { $0 + weights[$1] * wanted[$1] }
            for (c, logit) in row.enumerated() {
                loss -= weights[c] * wanted[c] * (logit - log(sum)) / total
                gradient.append((exp(logit) / sum * all - weights[c] * wanted[c]) / total)
            }
        }
        return (loss, gradient)
    }

    /// The probabilities that a sample of class `label` should have.
    private func distribution(_ smoothing: LabelSmoothing?, _ label: Int) -> [Double] {
        (0..<outputs).map { c in
            guard let smoothing else { return c == label ? 1 : 0 }
            switch smoothing.spread {
            case .others: return c == label ? 1 - smoothing.amount : smoothing.amount / Double(outputs - 1)
            case .all: return (c == label ? 1 - smoothing.amount : 0) + smoothing.amount / Double(outputs)
            }
        }
    }
}
