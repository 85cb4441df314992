import Foundation

/// The cases of a property test: each has a seed of its own, which stands in the output when the case fails.
///
/// ```swift
/// @Test(arguments: SeededCases(100))
/// func roundTrip(_ testCase: SeededCase) throws {
///     var random = testCase.random
///     ...
/// }
/// ```
/// `WINNOW_TEST_SEED=N` makes N the first case's seed, so that a failing case runs again as the first one. Without it the
/// seeds are always the same, so that a change is judged by what it changes; `WINNOW_TEST_SEED=random` draws new ones, as
/// `make soak` does.
package struct SeededCases: RandomAccessCollection, Sendable {
    private let firstSeed: UInt64
    private static let usualSeed: UInt64 = 20_261_126
    package let count: Int

    package init(_ count: Int) {
        self.count = count
        let chosen = ProcessInfo.processInfo.environment["WINNOW_TEST_SEED"]
        firstSeed =
            chosen == "random"
            ? UInt64.random(in: 0...UInt64(UInt32.max)) : chosen.flatMap(UInt64.init) ?? Self.usualSeed
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(position: Int) -> SeededCase {
        SeededCase(seed: firstSeed &+ UInt64(position))
    }
}

/// One case of a property test.
package struct SeededCase: Hashable, Sendable, CustomStringConvertible {
    package let seed: UInt64

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// A generator at this case's start.
    package var random: SplitMix64 { SplitMix64(state: seed) }

    package var description: String { "WINNOW_TEST_SEED=\(seed)" }
}

/// A small generator with a fixed seed, for tests alone.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    fileprivate var state: UInt64

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A generator of its own, that follows from this one.
    package mutating func split() -> SplitMix64 { SplitMix64(state: next()) }
}
