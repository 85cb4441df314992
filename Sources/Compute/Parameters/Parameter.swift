internal import Architecture
internal import CKernels

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

/// How a parameter lies in the store; in checkpoints it always has PyTorch's order.
enum StorageOrder: Hashable {
    /// PyTorch's order, row-major.
    case plain
    /// A convolution's weights as the kernels read them,
    /// [outputs / 16][inputs / 16][kernel][kernel][16 inputs][16 outputs], both rounded up and filled with zeros.
    case blocked
    /// Those of a convolution with few inputs, [outputs / 16][inputs][kernel][kernel][16 outputs].
    case blockedOutputs

    /// Floats that a parameter of PyTorch's shape `shape` takes.
    func floats(_ shape: [Int]) -> Int {
        func whole(_ channels: Int) -> Int {
            (channels + Arrangement.channelBlock - 1) / Arrangement.channelBlock * Arrangement.channelBlock
        }
        let taps = shape.dropFirst(2).reduce(1, *)
        return switch self {
        case .plain: shape.reduce(1, *)
        case .blocked: whole(shape[0]) * whole(shape[1]) * taps
        case .blockedOutputs: whole(shape[0]) * shape[1] * taps
        }
    }

    /// Copies plain values to where a parameter is stored.
    func store(_ plain: UnsafePointer<Float>, shape: [Int], to stored: UnsafeMutablePointer<Float>) {
        let taps = shape.dropFirst(2).reduce(1, *)
        switch self {
        case .plain: stored.update(from: plain, count: shape.reduce(1, *))
        case .blocked: winnow_block_weights(plain, stored, shape[0], shape[1], taps)
        case .blockedOutputs: winnow_block_outputs(plain, stored, shape[0], shape[1], taps)
        }
    }

    /// The other way.
    func load(_ stored: UnsafePointer<Float>, shape: [Int], to plain: UnsafeMutablePointer<Float>) {
        let taps = shape.dropFirst(2).reduce(1, *)
        switch self {
        case .plain: plain.update(from: stored, count: shape.reduce(1, *))
        case .blocked: winnow_unblock_weights(stored, plain, shape[0], shape[1], taps)
        case .blockedOutputs: winnow_unblock_outputs(stored, plain, shape[0], shape[1], taps)
        }
    }
}

/// A layer's tensors within the store.
struct LayerParameters: Sendable, Hashable {
    /// What the optimizer changes, weight first.
    let trained: [Parameter]
    /// What training keeps beside the parameters: batch normalisation's running mean and variance.
    let statistics: [Parameter]

    var weight: Parameter { trained[0] }
    var bias: Parameter? { trained.dropFirst().first }

    /// The tensors of `node` laid out from `offset` on in the parameters' block, and from `statisticsOffset` on in the
    /// statistics'; nil for a layer without any.
    init?(of node: ModelGraph.Node, weightOrder: StorageOrder, from offset: Int, statisticsOffset: Int) {
        guard !node.tensors.isEmpty else { return nil }
        var (trained, statistics): ([Parameter], [Parameter]) = ([], [])
        for tensor in node.tensors {
            let parameter = Parameter(
                name: "\(node.name).\(tensor.name)", shape: tensor.shape,
                order: tensor.name == "weight" ? weightOrder : .plain, start: tensor.start,
                offset: tensor.isTrained ? trained.last?.end ?? offset : statistics.last?.end ?? statisticsOffset)
            if tensor.isTrained { trained.append(parameter) } else { statistics.append(parameter) }
        }
        self.trained = trained
        self.statistics = statistics
    }
}
