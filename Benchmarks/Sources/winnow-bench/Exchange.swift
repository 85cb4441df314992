import Compute
import FoundationEssentials

/// What `compare_training.py` hands to both sides: 32-bit floats, little-endian, one after the other: every weight in
/// the model's order, then one batch of features, then its targets (class indices as floats).
struct Exchange {
    let weights: [NamedTensor]
    let features: [Float]
    let targets: [Float]

    struct Misfit: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameters:
    ///   - like: the trainer's weights, for their names and shapes.
    ///   - featureCount: features of the whole batch.
    init(path: String, like weights: [NamedTensor], featureCount: Int) throws {
        let bytes = try Data(contentsOf: URL(filePath: path))
        var floats = [Float](repeating: 0, count: bytes.count / MemoryLayout<Float>.stride)
        _ = floats.withUnsafeMutableBytes { bytes.copyBytes(to: $0) }
        var rest = floats[...]
        func take(_ count: Int) throws -> [Float] {
            guard rest.count >= count else { throw Misfit(description: "\(path) ends too early") }
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        self.weights = try weights.map { tensor in
            NamedTensor(name: tensor.name, shape: tensor.shape, values: try take(tensor.values.count))
        }
        features = try take(featureCount)
        targets = Array(rest)
    }
}
