import Architecture
import Compute
import Random

/// A whole model in Double, node after node on a whole batch: what the planned graph is compared with.
struct ReferenceNetwork {
    let model: ModelGraph
    let seed: UInt64
    /// Parameters and running statistics.
    var state: [String: [Double]]

    init(model: ModelGraph, state: [NamedTensor], seed: UInt64) {
        self.model = model
        self.seed = seed
        self.state = Dictionary(uniqueKeysWithValues: state.map { ($0.name, $0.values.map(Double.init)) })
    }

    /// What a forward pass computed.
    struct Pass {
        /// Value 0 is the input, value i + 1 node i's.
        fileprivate(set) var values: [[Double]]
        fileprivate var operations: [any ReferenceOperation] = []
        /// What batch normalisation kept of it.
        fileprivate(set) var statistics: [String: [Double]] = [:]
        /// Whether rounding cannot turn a ReLU or a maximum.
        fileprivate(set) var isSteady = true

        var outputs: [Double] { values.last! }
    }

    /// - Parameter step: of training, which fixes the dropout masks; nil for evaluation.
    func forward(_ features: [Double], count: Int, step: Int?) -> Pass {
        var pass = Pass(values: [features])
        for (index, node) in model.nodes.enumerated() {
            let operation = operation(index, count: count, step: step)
            let inputs = node.inputs.map { pass.values[$0] }
            pass.operations.append(operation)
            pass.values.append(operation.forward(inputs))
            pass.isSteady = pass.isSteady && operation.isSteady(inputs)
            for (name, values) in operation.statistics(after: inputs) {
                pass.statistics["\(node.name).\(name)"] = values
            }
        }
        return pass
    }

    /// What the gradient by the outputs becomes.
    struct Gradients {
        fileprivate(set) var parameters: [String: [Double]] = [:]
        /// By the features.
        fileprivate(set) var input: [Double] = []
        /// What the error of a parameter's gradient is to be measured by, where its largest value is smaller.
        fileprivate(set) var scales: [String: Double] = [:]
    }

    /// The gradients by the parameters, under their names, and by the features, from that by the outputs.
    func backward(_ pass: Pass, outputGradient: [Double]) -> Gradients {
        var result = Gradients()
        var gradients = pass.values.map { [Double](repeating: 0, count: $0.count) }
        gradients[model.nodes.count] = outputGradient
        for (index, node) in model.nodes.enumerated().reversed() {
            let gradient = pass.operations[index].backward(
                node.inputs.map { pass.values[$0] }, gradients[index + 1])
            for (input, part) in zip(node.inputs, gradient.inputs) {
                gradients[input] = zip(gradients[input], part).map(+)
            }
            for (name, values) in gradient.parameters { result.parameters["\(node.name).\(name)"] = values }
            result.scales["\(node.name).bias"] = gradient.biasTerms
        }
        result.input = gradients[0]
        let largest = result.parameters.values.joined().reduce(1e-6) { max($0, abs($1)) }
        for name in result.parameters.keys { result.scales[name] = max(result.scales[name] ?? 0, largest / 10) }
        return result
    }

    private func operation(_ index: Int, count: Int, step: Int?) -> any ReferenceOperation {
        let node = model.nodes[index]
        let input = model.shape(ofValue: node.inputs[0])
        func tensor(_ name: String) -> [Double]? { state["\(node.name).\(name)"] }
        switch node.operation {
        case .linear(let linear):
            return ReferenceLinear(linear: linear, count: count, weight: tensor("weight")!, bias: tensor("bias"))
        case .embedding(let embedding):
            return ReferenceEmbedding(embedding: embedding, count: count, weight: tensor("weight")!)
        case .convolution(let conv):
            return ReferenceConvolution(
                conv: conv, count: count, input: input.dimensions, output: node.output.dimensions,
                weight: tensor("weight")!, bias: tensor("bias"))
        case .batchNorm(let norm):
            return ReferenceBatchNorm(
                norm: norm, count: count, channels: input.dimensions[0],
                pixels: input.dimensions.dropFirst().reduce(1, *), gamma: tensor("weight")!, beta: tensor("bias")!,
                runningMean: tensor("running_mean")!, runningVariance: tensor("running_var")!,
                isTraining: step != nil)
        case .layerNorm(let norm):
            return ReferenceLayerNorm(norm: norm, count: count, gamma: tensor("weight")!, beta: tensor("bias")!)
        case .activation(let function):
            return ReferenceActivation(function: function)
        case .maxPooling(let pool), .averagePooling(let pool):
            return ReferencePooling(
                pool: pool, takesMaximum: node.operation.kind == .maxPooling, count: count, input: input.dimensions,
                output: node.output.dimensions)
        case .globalAveragePooling:
            return ReferenceGlobalAverage(pixels: input.dimensions[1] * input.dimensions[2])
        case .flatten:
            return ReferenceFactors(factors: Array(repeating: 1, count: count * input.count))
        case .dropout(let probability):
            return ReferenceFactors(
                factors: mask(index, probability: probability, draws: count * input.count, step: step))
        case .channelDropout(let probability):
            let pixels = input.dimensions[1] * input.dimensions[2]
            let channels = mask(index, probability: probability, draws: count * input.dimensions[0], step: step)
            return ReferenceFactors(factors: channels.flatMap { Array(repeating: $0, count: pixels) })
        case .add:
            return ReferenceAddition()
        }
    }

    /// Draw i decides about value (or channel) i of the batch.
    private func mask(_ index: Int, probability: Double, draws: Int, step: Int?) -> [Double] {
        guard let step else { return Array(repeating: 1, count: draws) }
        var random = RandomStream(seed: seed, stream: .dropout, index: index, step: step)
        return (0..<draws).map { _ in random.uniformFloat() < Float(probability) ? 0 : 1 / (1 - probability) }
    }
}
