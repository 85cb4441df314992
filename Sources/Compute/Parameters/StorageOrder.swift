internal import CKernels

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
