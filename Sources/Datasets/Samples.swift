/// Samples' numbers, row-major: count x features.
///
/// 8-bit images stay 8-bit in memory, a quarter of what they take as numbers; they become numbers batch by batch.
package enum Samples: Sendable, Equatable {
    case bytes([UInt8])
    case floats([Float])

    /// How many numbers there are, of all samples together.
    package var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .floats(let floats): floats.count
        }
    }
}
