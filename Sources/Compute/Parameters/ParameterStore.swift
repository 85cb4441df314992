internal import Architecture

/// All parameters of a model and their gradients, each set in one block of memory in PyTorch's plain layouts.
///
/// Every plan of a trainer reads and writes this one store, so a smaller last batch or an evaluation sees the same
/// weights, and an optimizer walks all parameters in one pass. Each parameter begins at a cache line; the floats
/// between two parameters are zero and stay zero.
final class ParameterStore {
    /// In the model's order: weight, then bias.
    let parameters: [Parameter]
    /// The parameters of each element of the model, nil where it has none.
    let layers: [LayerParameters?]
    let values: AlignedFloats
    let gradients: AlignedFloats

    init(model: PlacedModel) throws(ComputeError) {
        var layers: [LayerParameters?] = []
        var end = 0
        for element in model.elements {
            let layer = LayerParameters(of: element, from: end)
            layers.append(layer)
            if let last = layer?.all.last {
                end = last.offset + AlignedFloats.padded(last.count)
            }
        }
        self.layers = layers
        parameters = layers.flatMap { $0?.all ?? [] }
        values = try AlignedFloats(count: end)
        gradients = try AlignedFloats(count: end)
    }

    /// Floats in each block, padding included.
    var count: Int { values.count }

    func values(of parameter: Parameter) -> UnsafeMutablePointer<Float> {
        values.base + parameter.offset
    }

    func gradients(of parameter: Parameter) -> UnsafeMutablePointer<Float> {
        gradients.base + parameter.offset
    }
}
