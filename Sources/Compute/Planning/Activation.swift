internal import Architecture

/// A batch of values between two layers, and in training the loss's gradient by them.
struct Activation {
    /// The shape of one sample.
    let shape: Shape
    let batch: Int
    /// How values and gradient lie.
    let layout: Layout
    let values: Arena.Buffer
    /// Nil in evaluation, and before the first layer with parameters, where nobody asks for it.
    let gradient: Arena.Buffer?

    /// Samples first: [batch, features] or [batch, channels, height, width].
    var dimensions: [Int] { [batch] + shape.dimensions }

    /// Numbers in the batch, without the padding of blocked channels.
    var count: Int { batch * shape.count }
}
