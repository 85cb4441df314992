/// A sequence of random draws that is fixed by (seed, stream, step).
///
/// The seed is Philox's key; stream and step are the upper half of its counter; the lower half counts the blocks.
/// Two different (stream, step) pairs never share a block, so a step of training can be replayed by itself.
public struct RandomStream: RandomNumberGenerator, Sendable {
    /// What the draws are for; every purpose has a number of its own, so that adding one never shifts another.
    public enum Purpose: UInt32, Sendable, CaseIterable {
        case initialization = 1
        case shuffle = 2
        case dropout = 3
        case split = 4
        case search = 5
        case trialSeed = 6
        case disturbance = 7
        case augmentation = 8
        case sampler = 9
        case mixing = 10
        case unlabelledShuffle = 11
        case unlabelledDropout = 12
    }

    public let generator: Philox4x32
    /// The upper half of every block's counter: step, then stream and index.
    public let counterHigh: SIMD2<UInt32>
    @usableFromInline var blockIndex: UInt64 = 0
    @usableFromInline var words: SIMD4<UInt32> = .zero
    @usableFromInline var used = 4

    /// - Parameters:
    ///   - seed: 64 bits of key.
    ///   - stream: what the draws are for, and which of several (a layer's index, say), below 2^24.
    ///   - step: the step of training, the epoch, or the trial.
    public init(seed: UInt64, stream: Purpose, index: Int = 0, step: Int = 0) {
        generator = Philox4x32(key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        counterHigh = SIMD2(
            UInt32(truncatingIfNeeded: step), stream.rawValue &<< 24 | UInt32(truncatingIfNeeded: index))
    }

    @inlinable
    public mutating func nextWord() -> UInt32 {
        if used == 4 {
            words = generator.block(
                at: SIMD4(
                    UInt32(truncatingIfNeeded: blockIndex), UInt32(truncatingIfNeeded: blockIndex >> 32), counterHigh.x,
                    counterHigh.y))
            blockIndex &+= 1
            used = 0
        }
        defer { used += 1 }
        return words[used]
    }

    @inlinable
    public mutating func next() -> UInt64 {
        let low = UInt64(nextWord())
        return low | UInt64(nextWord()) << 32
    }

    /// A Float in [0, 1) with 24 random bits.
    @inlinable
    public mutating func uniformFloat() -> Float {
        Float(nextWord() >> 8) * 0x1p-24
    }

    /// A Double in [0, 1) with 53 random bits.
    @inlinable
    public mutating func uniformDouble() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A uniform integer in 0..<bound, without bias.
    ///
    /// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.
    public mutating func uniformInt(below bound: Int) -> Int {
        precondition(bound > 0 && bound <= Int(UInt32.max))
        let range = UInt32(bound)
        var product = UInt64(nextWord()) * UInt64(range)
        if UInt32(truncatingIfNeeded: product) < range {
            let threshold = (0 &- range) % range
            while UInt32(truncatingIfNeeded: product) < threshold {
                product = UInt64(nextWord()) * UInt64(range)
            }
        }
        return Int(product >> 32)
    }

    /// A random order of 0..<count (Fisher and Yates).
    public mutating func permutation(of count: Int) -> [Int] {
        var order = Array(0..<count)
        for i in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(i, uniformInt(below: i + 1))
        }
        return order
    }
}
