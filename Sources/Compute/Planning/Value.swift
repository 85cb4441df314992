internal import Architecture

/// A batch of values between two layers, and in training the loss's gradient by them.
final class Value {
    /// The shape of one sample.
    let shape: Shape
    let batch: Int
    let arrangement: Arrangement
    let buffer: Arena.Buffer
    /// Whether the gradient by it is wanted: parameters lie before it.
    let isDifferentiable: Bool
    /// Whether the one that takes it may compute its own result in the same memory: nobody else takes it, and the
    /// layer that made it does not look at it in the backward pass.
    let isOverwritable: Bool
    /// Nil until a layer that takes the value has planned its backward pass.
    private(set) var gradient: Gradient?

    struct Gradient {
        let buffer: Arena.Buffer
        /// Whether it is another value's gradient too, so that nobody may change it.
        let isShared: Bool
    }

    init(
        shape: Shape, batch: Int, arrangement: Arrangement, buffer: Arena.Buffer, isDifferentiable: Bool,
        isOverwritable: Bool
    ) {
        self.shape = shape
        self.batch = batch
        self.arrangement = arrangement
        self.buffer = buffer
        self.isDifferentiable = isDifferentiable
        self.isOverwritable = isOverwritable
    }

    /// Where the values are; exists once the arena has been allocated.
    var base: UnsafeMutablePointer<Float> { buffer.base }

    /// Samples first: [batch, features] or [batch, channels, height, width].
    var dimensions: [Int] { [batch] + shape.dimensions }

    /// Numbers in the batch, without the padding of blocked channels.
    var count: Int { batch * shape.count }

    /// Begins with the values of the one that it is computed from, where the two are not in the same memory.
    func copyUnlessInPlace(_ input: Value) {
        guard buffer !== input.buffer else { return }
        base.update(from: input.base, count: buffer.count)
    }

    /// Takes another value's gradient, which is the same one, without a copy.
    func adopt(_ buffer: Arena.Buffer, isShared: Bool) {
        precondition(gradient == nil, "the value has a gradient already")
        gradient = Gradient(buffer: buffer, isShared: isShared)
    }

    /// Adds a consumer's part to the gradient: it is to write `destination`, which is the part and what stands in
    /// `addend`, where there is one; the two may be the same memory.
    func contribute(_ arena: Arena) -> (destination: Arena.Buffer, addend: Arena.Buffer?) {
        guard let gradient else {
            let first = arena.reserve(floats: buffer.count)
            self.gradient = Gradient(buffer: first, isShared: false)
            return (first, nil)
        }
        guard gradient.isShared else { return (gradient.buffer, gradient.buffer) }
        let own = arena.reserve(floats: buffer.count)
        self.gradient = Gradient(buffer: own, isShared: false)
        return (own, gradient.buffer)
    }
}

/// How a batch of values lies in memory.
enum Arrangement {
    /// PyTorch's order: [batch, features] or [batch, channels, height, width].
    case rowMajor
    /// Images by blocks of 16 channels, [batch][channels / 16, rounded up][height][width][16], the lanes beyond the
    /// last channel zero: a vector of the kernels is 16 channels of one pixel.
    case blocked

    static let channelBlock = 16

    /// Floats that a batch takes.
    func floats(batch: Int, of shape: Shape) -> Int {
        switch self {
        case .rowMajor: batch * shape.count
        case .blocked: batch * shape.channelBlocks * Self.channelBlock * shape.pixels
        }
    }
}

extension Shape {
    var isImage: Bool { dimensions.count == 3 }
    var channels: Int { dimensions[0] }
    /// Blocks of 16 channels, the last one perhaps not full.
    var channelBlocks: Int { (channels + Arrangement.channelBlock - 1) / Arrangement.channelBlock }
    /// Pixels of one channel; 1 for features.
    var pixels: Int { dimensions.dropFirst().reduce(1, *) }
}
