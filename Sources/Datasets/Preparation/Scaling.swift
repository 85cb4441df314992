/// How numbers are scaled before a model sees them.
package enum Scaling: Sendable, Hashable {
    /// (x - min) / (max - min), so that the training part lies in 0...1. For images the extremes are those of all
    /// pixels of all channels.
    case minMax
    /// (x - mean) / standard deviation (the population's, which divides by n). For images each channel has its own.
    case standardize
    case none
    /// (x - mean) / deviation with given numbers, one for all or one for each channel (each feature of a table); 8-bit
    /// values are divided by 255 before, so that the numbers are those which PyTorch's users know.
    case normalize(mean: [Double], deviation: [Double])
}
