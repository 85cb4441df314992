internal import Architecture
internal import Glibc
internal import Random

/// All parameters of a model and their gradients, each set in one block of memory, and what batch normalisation keeps.
///
/// Every plan of a trainer reads and writes this one store, so a smaller last batch or an evaluation sees the same
/// weights, and an optimizer walks all parameters in one pass. The floats that pad a parameter are zero and stay zero.
final class ParameterStore {
    /// The tensors of each node of the model, nil where it has none.
    let layers: [LayerParameters?]
    let values: AlignedFloats
    let gradients: AlignedFloats
    let statistics: AlignedFloats

    init(model: ModelGraph, options: PlanOptions) throws(ComputeError) {
        var layers: [LayerParameters?] = []
        var (end, statisticsEnd) = (0, 0)
        for node in model.nodes {
            let layer = LayerParameters(
                of: node, weightOrder: node.weightOrder(options), from: end, statisticsOffset: statisticsEnd)
            layers.append(layer)
            end = layer?.trained.last?.end ?? end
            statisticsEnd = layer?.statistics.last?.end ?? statisticsEnd
        }
        self.layers = layers
        values = try AlignedFloats(count: end)
        gradients = try AlignedFloats(count: end)
        statistics = try AlignedFloats(count: statisticsEnd)
    }

    /// Floats in the block of parameters, padding included.
    var count: Int { values.count }

    /// What is trained, in the model's order: weight, then bias.
    var parameters: [Parameter] { layers.flatMap { $0?.trained ?? [] } }

    func values(of parameter: Parameter) -> UnsafeMutablePointer<Float> {
        values.base + parameter.offset
    }

    func gradients(of parameter: Parameter) -> UnsafeMutablePointer<Float> {
        gradients.base + parameter.offset
    }

    func statistics(of parameter: Parameter) -> UnsafeMutablePointer<Float> {
        statistics.base + parameter.offset
    }

    /// The model's state in PyTorch's order: of each layer weight, bias, running mean, running variance.
    var modelState: [StateBlock] {
        layers.compactMap(\.self).flatMap { layer in
            [StateBlock(parameters: layer.trained, block: values)]
                + (layer.statistics.isEmpty ? [] : [StateBlock(parameters: layer.statistics, block: statistics)])
        }
    }
}

extension ModelGraph.Node {
    /// How the weight lies in the store. A convolution that reads few channels of the model's input takes it as it comes.
    fileprivate func weightOrder(_ options: PlanOptions) -> StorageOrder {
        guard case .convolution(let conv) = operation else { return .plain }
        let isStem = inputs == [0] && conv.inputs <= 8 && !options.differentiatesInput
        return isStem ? .blockedOutputs : .blocked
    }
}

extension ParameterStore {
    /// Draws every parameter as the model's initialisation says.
    ///
    /// Tensor i of those that training changes has a random stream of its own, so its values depend on the seed and on
    /// i alone; they are drawn in PyTorch's order, however they are stored.
    func initialize(_ initialization: Initialization, seed: UInt64) {
        for (index, parameter) in parameters.enumerated() {
            var random = RandomStream(seed: seed, stream: .initialization, index: index)
            parameter.set(
                parameter.start.values(count: parameter.count, initialization, from: &random), in: values)
        }
        for parameter in layers.flatMap({ $0?.statistics ?? [] }) {
            if case .constant(let value) = parameter.start {
                statistics(of: parameter).update(repeating: value, count: parameter.count)
            }
        }
    }
}

extension LayerTensor.Start {
    fileprivate func values(
        count: Int, _ initialization: Initialization, from random: inout RandomStream
    ) -> [Float] {
        switch (self, initialization) {
        case (.constant(let value), _):
            return Array(repeating: value, count: count)
        case (.bias, .he):
            return Array(repeating: 0, count: count)
        case (.weight(let fanIn), .pytorch), (.bias(let fanIn), .pytorch):
            // kaiming_uniform_ with a = sqrt 5.
            let bound = 1 / Float(fanIn).squareRoot()
            return (0..<count).map { _ in (2 * random.uniformFloat() - 1) * bound }
        case (.weight(let fanIn), .he):
            let deviation = (2 / Double(fanIn)).squareRoot()
            return (0..<count).map { _ in Float(deviation * normal(from: &random)) }
        }
    }

    /// A draw from the normal distribution.
    ///
    /// Source: Box, Muller, "A note on the generation of random normal deviates", 1958.
    private func normal(from random: inout RandomStream) -> Double {
        let radius = (-2 * log(1 - random.uniformDouble())).squareRoot()
        return radius * cos(2 * .pi * random.uniformDouble())
    }
}
