/// How a model's weights are drawn; normalisations always begin as the identity.
public enum Initialization: String, Hashable, Sendable, CaseIterable {
    /// PyTorch's default for `Linear` and `Conv2d`: uniform in +-1/sqrt(fan in), weights and biases alike.
    case pytorch
    /// Normal with the variance 2 / fan in, biases zero.
    ///
    /// Source: He et al., "Delving deep into rectifiers", ICCV 2015; `torch.nn.init.kaiming_normal_`.
    case he
}

/// A tensor of a layer's state: its name and shape as PyTorch has them, and how it begins.
package struct LayerTensor: Hashable, Sendable {
    /// Within the layer: "weight", "running_mean".
    package let name: String
    package let shape: [Int]
    package let start: Start
    /// Whether the optimizer changes it; running statistics follow the batches instead.
    package let isTrained: Bool

    /// How its first values are drawn.
    package enum Start: Hashable, Sendable {
        /// Weights, with the number of inputs that reach one output: the initialisation's scale follows from it.
        case weight(fanIn: Int)
        case bias(fanIn: Int)
        case constant(Float)
    }

    package var count: Int { shape.reduce(1, *) }

    init(_ name: String, _ shape: [Int], _ start: Start, isTrained: Bool = true) {
        self.name = name
        self.shape = shape
        self.start = start
        self.isTrained = isTrained
    }

    /// The weight [outputs, inputs, ...] of a layer that computes products, and its bias [outputs] where it has one.
    static func affine(_ weight: [Int], bias: Bool) -> [LayerTensor] {
        let fanIn = weight.dropFirst().reduce(1, *)
        return [LayerTensor("weight", weight, .weight(fanIn: fanIn))]
            + (bias ? [LayerTensor("bias", [weight[0]], .bias(fanIn: fanIn))] : [])
    }

    /// A normalisation's factors and summands, which begin as the identity.
    static func scaleAndShift(_ shape: [Int]) -> [LayerTensor] {
        [LayerTensor("weight", shape, .constant(1)), LayerTensor("bias", shape, .constant(0))]
    }
}
