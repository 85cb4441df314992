internal import Architecture

/// All parameters of a model and their gradients, each set in one block of memory, and what batch normalisation keeps.
///
/// Every plan of a trainer reads and writes this one store, so a smaller last batch or an evaluation sees the same
/// weights, and an optimizer walks all parameters in one pass. The floats that pad a parameter are zero and stay zero.
final class ParameterStore {
    /// The tensors of each node of the model, nil where it has none.
    let layers: [LayerParameters?]
    let values: AlignedFloats
    let gradients: AlignedFloats
    private let statistics: AlignedFloats

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
