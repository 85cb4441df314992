import Architecture
import Compute
import Glibc
import Random

/// A whole model in Double, one sample after the other: what the planned graph is compared with.
struct ReferenceNetwork {
    let model: PlacedModel
    var weights: [String: [Double]]
    let seed: UInt64

    init(model: PlacedModel, weights: [NamedTensor], seed: UInt64) {
        self.model = model
        self.weights = Dictionary(uniqueKeysWithValues: weights.map { ($0.name, $0.values.map(Double.init)) })
        self.seed = seed
    }

    /// Targets as the losses take them: one class, or all outputs, per sample.
    enum Targets {
        case classes([Int])
        case values([Double])
    }

    /// The mean loss over the batch and its gradient by every parameter.
    ///
    /// - Parameter step: of training, which fixes the dropout masks; nil for evaluation.
    func lossAndGradients(
        features: [Double], targets: Targets, count: Int, step: Int?
    ) -> (loss: Double, gradients: [String: [Double]]) {
        var loss = 0.0
        var gradients = model.elements.map { element in
            ReferenceGradients(
                weight: zeros(like: weights["\(element.name).weight"]),
                bias: zeros(like: weights["\(element.name).bias"]))
        }
        for sample in 0..<count {
            let layers = model.elements.indices.map { layer($0, sample: sample, count: count, step: step) }
            var inputs = [Array(features[sample * model.input.count..<(sample + 1) * model.input.count])]
            for layer in layers { inputs.append(layer.forward(inputs.last!)) }
            var (sampleLoss, gradient) = lossAndGradient(inputs.last!, targets, sample: sample, count: count)
            loss += sampleLoss
            for index in layers.indices.reversed() {
                gradient = layers[index].backward(inputs[index], gradient, into: &gradients[index])
            }
        }
        var named: [String: [Double]] = [:]
        for (element, gradient) in zip(model.elements, gradients) {
            if !gradient.weight.isEmpty { named["\(element.name).weight"] = gradient.weight }
            if !gradient.bias.isEmpty { named["\(element.name).bias"] = gradient.bias }
        }
        return (loss, named)
    }

    /// The outputs without dropout, count x outputs.
    func predict(features: [Double], count: Int) -> [Double] {
        (0..<count).flatMap { sample in
            model.elements.indices.reduce(
                Array(features[sample * model.input.count..<(sample + 1) * model.input.count])
            ) { layer($1, sample: sample, count: count, step: nil).forward($0) }
        }
    }

    private func zeros(like values: [Double]?) -> [Double] {
        [Double](repeating: 0, count: values?.count ?? 0)
    }

    private func layer(_ index: Int, sample: Int, count: Int, step: Int?) -> any ReferenceLayer {
        let element = model.elements[index]
        let weight = weights["\(element.name).weight"]
        let bias = weights["\(element.name).bias"]
        switch element.layer {
        case .linear(let linear):
            return ReferenceLinear(
                inputs: element.input.count, outputs: linear.outputs, weight: weight!, bias: bias)
        case .conv2d(let conv):
            return ReferenceConv2d(
                conv: conv, input: element.input.dimensions, output: element.output.dimensions, weight: weight!,
                bias: bias)
        case .relu:
            return ReferenceReLU()
        case .maxPool2d(let pool):
            return ReferenceMaxPool2d(
                pool: pool, input: element.input.dimensions, output: element.output.dimensions)
        case .flatten:
            return ReferenceFactors(factors: [Double](repeating: 1, count: element.input.count))
        case .dropout(let dropout):
            let values = element.input.count
            guard let step else { return ReferenceFactors(factors: [Double](repeating: 1, count: values)) }
            var random = RandomStream(seed: seed, stream: .dropout, index: index, step: step)
            let mask = (0..<count * values).map { _ in
                random.uniformFloat() < Float(dropout.probability) ? 0 : 1 / (1 - dropout.probability)
            }
            return ReferenceFactors(factors: Array(mask[sample * values..<(sample + 1) * values]))
        }
    }

    private func lossAndGradient(
        _ x: [Double], _ targets: Targets, sample: Int, count: Int
    ) -> (Double, [Double]) {
        switch targets {
        case .classes(let classes):
            let top = x.max()!
            let exponentials = x.map { exp($0 - top) }
            let sum = exponentials.reduce(0, +)
            var gradient = exponentials.map { $0 / sum / Double(count) }
            gradient[classes[sample]] -= 1 / Double(count)
            return ((log(sum) + top - x[classes[sample]]) / Double(count), gradient)
        case .values(let values):
            let terms = Double(count * x.count)
            let differences = x.indices.map { x[$0] - values[sample * x.count + $0] }
            return (differences.reduce(0) { $0 + $1 * $1 } / terms, differences.map { 2 * $0 / terms })
        }
    }
}
