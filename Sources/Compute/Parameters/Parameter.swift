internal import Architecture

/// One tensor of a model's state: its name and shape as PyTorch has them, and its place in the store.
struct Parameter: Sendable, Hashable {
    let name: String
    let shape: [Int]
    let order: StorageOrder
    /// How its first values are drawn.
    let start: LayerTensor.Start
    /// Where its values begin in the store, in floats.
    let offset: Int

    /// Numbers that it has, without padding.
    var count: Int { shape.reduce(1, *) }

    /// Where the next one may begin: each begins at a cache line, and the kernels read whole vectors of 16.
    var end: Int { offset + AlignedFloats.padded(order.floats(shape)) }

    /// Its values in PyTorch's order.
    func values(in block: AlignedFloats) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { plain, initialized in
            order.load(block.base + offset, shape: shape, to: plain.baseAddress!)
            initialized = count
        }
    }

    /// Takes over values in PyTorch's order.
    func set(_ values: [Float], in block: AlignedFloats) {
        values.withUnsafeBufferPointer { order.store($0.baseAddress!, shape: shape, to: block.base + offset) }
    }
}
