#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

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
        case scramble = 13
        case proposal = 14
        case selectionBias = 15
        case splitSeed = 16
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

    /// The block of four words at `index`, wherever the stream stands.
    @inlinable
    public func block(_ index: UInt64) -> SIMD4<UInt32> {
        generator.block(
            at: SIMD4(
                UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), counterHigh.x, counterHigh.y
            ))
    }

    @inlinable
    public mutating func nextWord() -> UInt32 {
        if used == 4 {
            words = block(blockIndex)
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

extension RandomStream {
    /// A draw from the normal distribution of mean 0 and variance 1.
    ///
    /// A point uniform in the unit disc gives two such draws; the second one is dropped, so that a stream has no state
    /// but its place.
    ///
    /// Source: Marsaglia, Bray, "A convenient method for generating normal variables", SIAM Review 6(3), 1964.
    public mutating func normal() -> Double {
        while true {
            let (x, y) = (2 * uniformDouble() - 1, 2 * uniformDouble() - 1)
            let square = x * x + y * y
            if square < 1, square > 0 { return x * (-2 * log(square) / square).squareRoot() }
        }
    }
}

extension RandomStream {
    /// A draw from Beta(a, b), with both above 0: the share of one of two gamma draws in their sum.
    public mutating func beta(_ a: Double, _ b: Double) -> Double {
        // As logarithms: for a small shape both draws are nearly always below the smallest Double.
        let (x, y) = (logarithmOfGamma(shape: a), logarithmOfGamma(shape: b))
        return 1 / (1 + exp(y - x))
    }

    /// A draw from the gamma distribution with `shape` above 0 and scale 1.
    public mutating func gamma(shape: Double) -> Double {
        exp(logarithmOfGamma(shape: shape))
    }

    /// Below 1, a draw of shape + 1 times u^(1 / shape).
    ///
    /// Source: Marsaglia, Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000.
    private mutating func logarithmOfGamma(shape: Double) -> Double {
        precondition(shape > 0 && shape.isFinite)
        guard shape >= 1 else {
            let larger = logarithmOfGamma(shape: shape + 1)
            return larger + log(1 - uniformDouble()) / shape
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniformDouble()) < x * x / 2 + d * (1 - v + log(v)) { return log(d) + log(v) }
        }
    }
}

/// The counter-based generator Philox4x32-10.
///
/// A block of four 32-bit words is a pure function of a 64-bit key and a 128-bit counter, so any draw can be
/// replayed, in any order and on any thread, from its coordinates alone.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11.
public struct Philox4x32: Hashable, Sendable {
    /// The 64-bit key, low word first.
    public let key: SIMD2<UInt32>

    public init(key: SIMD2<UInt32>) {
        self.key = key
    }

    /// The block at `counter`.
    @inlinable
    public func block(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
        var c = counter
        var k = key
        for round in 0..<10 {
            if round > 0 {
                k = k &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
            }
            let p0 = UInt64(c.x) &* 0xD251_1F53
            let p1 = UInt64(c.z) &* 0xCD9E_8D57
            c = SIMD4(
                UInt32(truncatingIfNeeded: p1 >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: p1),
                UInt32(truncatingIfNeeded: p0 >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: p0))
        }
        return c
    }
}
