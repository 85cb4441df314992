internal import Architecture

/// A layer's tensors within the store.
struct LayerParameters: Sendable, Hashable {
    let weight: Parameter
    let bias: Parameter?
    /// What training keeps beside the parameters, and no optimizer changes: batch normalisation's running mean and
    /// variance.
    let statistics: [Parameter]

    var trained: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }

    /// The tensors of `node` laid out from `offset` on in the parameters' block, and from `statisticsOffset` on in the
    /// statistics'; nil for a layer without any.
    ///
    /// - Parameter takesPlainImage: whether a convolution reads the model's row-major input.
    init?(of node: PlacedModel.Node, takesPlainImage: Bool, from offset: Int, statisticsOffset: Int) {
        let name = node.name
        switch node.operation {
        case .linear(let linear):
            self.init(
                name, shape: [linear.outputs, linear.inputs], order: .plain, hasBias: linear.bias, from: offset)
        case .convolution(let conv):
            self.init(
                name, shape: [conv.channels, conv.inputs, conv.kernel, conv.kernel],
                order: takesPlainImage ? .blockedOutputs : .blocked, hasBias: conv.bias, from: offset)
        case .batchNorm:
            let shape = [node.output.channels]
            let weight = Parameter(
                name: "\(name).weight", shape: shape, order: .plain, start: .constant(1), offset: offset)
            let bias = Parameter(
                name: "\(name).bias", shape: shape, order: .plain, start: .constant(0), offset: weight.end)
            let mean = Parameter(
                name: "\(name).running_mean", shape: shape, order: .plain, start: .constant(0),
                offset: statisticsOffset)
            let variance = Parameter(
                name: "\(name).running_var", shape: shape, order: .plain, start: .constant(1), offset: mean.end)
            self.init(weight: weight, bias: bias, statistics: [mean, variance])
        case .activation, .maxPooling, .averagePooling, .globalAveragePooling, .flatten, .dropout, .channelDropout,
            .add:
            return nil
        }
    }

    private init(_ name: String, shape: [Int], order: StorageOrder, hasBias: Bool, from offset: Int) {
        let fanIn = shape.dropFirst().reduce(1, *)
        let weight = Parameter(
            name: "\(name).weight", shape: shape, order: order, start: .weight(fanIn: fanIn), offset: offset)
        let bias = Parameter(
            name: "\(name).bias", shape: [shape[0]], order: .plain, start: .bias(fanIn: fanIn), offset: weight.end)
        self.init(weight: weight, bias: hasBias ? bias : nil, statistics: [])
    }

    private init(weight: Parameter, bias: Parameter?, statistics: [Parameter]) {
        self.weight = weight
        self.bias = bias
        self.statistics = statistics
    }
}
