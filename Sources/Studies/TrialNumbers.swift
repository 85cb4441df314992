/// A set of trial numbers that gives the lowest ones quickly, also where there are a million trials.
///
/// Bits of bits: one word for 64 numbers, and one bit in `summary` for each word that is not empty.
package struct TrialNumbers: Hashable, Sendable {
    private var words: [UInt64] = []
    private var summary: [UInt64] = []
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    package func contains(_ number: Int) -> Bool {
        number >= 0 && number >> 6 < words.count && words[number >> 6] & 1 << UInt64(number & 63) != 0
    }

    mutating func insert(_ number: Int) {
        let word = number >> 6
        while words.count <= word { words.append(0) }
        while summary.count <= word >> 6 { summary.append(0) }
        guard words[word] & 1 << UInt64(number & 63) == 0 else { return }
        words[word] |= 1 << UInt64(number & 63)
        summary[word >> 6] |= 1 << UInt64(word & 63)
        count += 1
    }

    mutating func remove(_ number: Int) {
        guard contains(number) else { return }
        let word = number >> 6
        words[word] &= ~(1 << UInt64(number & 63))
        if words[word] == 0 {
            summary[word >> 6] &= ~(1 << UInt64(word & 63))
            while words.last == 0 { words.removeLast() }
            while summary.last == 0 { summary.removeLast() }
        }
        count -= 1
    }

    /// The lowest numbers, ascending; at most `limit`.
    package func lowest(_ limit: Int) -> [Int] {
        var numbers: [Int] = []
        while numbers.count < limit, let number = first(from: numbers.last.map { $0 + 1 } ?? 0) {
            numbers.append(number)
        }
        return numbers
    }

    /// The lowest number that is at least `bound`.
    package func first(from bound: Int = 0) -> Int? {
        guard bound >> 6 < words.count else { return nil }
        let rest = words[bound >> 6] >> UInt64(bound & 63)
        if rest != 0 { return bound + rest.trailingZeroBitCount }
        var word = bound >> 6 + 1
        guard word >> 6 < summary.count else { return nil }
        var bits = summary[word >> 6] >> UInt64(word & 63)
        while bits == 0 {
            word = (word >> 6 + 1) << 6
            guard word >> 6 < summary.count else { return nil }
            bits = summary[word >> 6]
        }
        word += bits.trailingZeroBitCount
        return word << 6 + words[word].trailingZeroBitCount
    }
}
