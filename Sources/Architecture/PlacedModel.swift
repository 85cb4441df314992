/// A model whose shapes have been inferred and found to fit: what a training plan is made from.
///
/// It is a graph: value 0 is the input, and node i computes value i + 1 from values before it.
public struct PlacedModel: Hashable, Sendable {
    public struct Node: Hashable, Sendable {
        /// The layer's name, those of the layers around it before it: "layer1.0.conv1".
        public let name: String
        public let operation: Operation
        /// The values that it takes: two for a sum, otherwise one.
        public let inputs: [Int]
        /// The shape of one sample of its value.
        public let output: Shape
    }

    public let input: Shape
    public let nodes: [Node]
    public let initialization: Initialization

    public var output: Shape { shape(ofValue: nodes.count) }

    /// The shape of one sample of a value.
    public func shape(ofValue value: Int) -> Shape {
        value == 0 ? input : nodes[value - 1].output
    }

    /// Whether a batch normalisation gets one value of each feature from each sample: from a batch of one sample it then
    /// learns nothing, as each feature is its own mean.
    public var normalizesSingleValues: Bool {
        nodes.contains { node in
            guard case .batchNorm = node.operation else { return false }
            return node.output.dimensions.dropFirst().allSatisfy { $0 == 1 }
        }
    }

    /// How many numbers training adjusts.
    public var parameterCount: Int {
        nodes.reduce(0) { sum, node in
            switch node.operation {
            case .linear(let linear):
                sum + linear.outputs * (linear.inputs + (linear.bias ? 1 : 0))
            case .convolution(let conv):
                sum + conv.channels * (conv.inputs * conv.kernel * conv.kernel + (conv.bias ? 1 : 0))
            case .batchNorm:
                sum + 2 * node.output.dimensions[0]
            case .activation, .maxPooling, .averagePooling, .globalAveragePooling, .flatten, .dropout,
                .channelDropout, .add:
                sum
            }
        }
    }
}
