internal import Architecture

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
