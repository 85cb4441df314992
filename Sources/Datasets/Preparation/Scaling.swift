/// How numbers are scaled before a model sees them.
package enum Scaling: String, Sendable, Hashable, CaseIterable {
    /// (x - min) / (max - min), so that the training part lies in 0...1. For images the extremes are those of all
    /// pixels of all channels.
    case minMax = "min_max"
    /// (x - mean) / standard deviation (the population's, which divides by n). For images each channel has its own.
    case standardize
    case none
}
