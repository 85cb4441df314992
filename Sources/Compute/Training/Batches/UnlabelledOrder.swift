internal import Random

/// Which samples an unlabelled batch has: batches walk through one random permutation after the other.
///
/// All batches are of one size: what is left of a permutation behind its last whole batch is not used.
package struct UnlabelledOrder {
    package let batchSize: Int
    private let count: Int
    private let seed: UInt64
    private var current: (pass: Int, indices: [Int])?

    package init(count: Int, batchSize: Int, seed: UInt64) {
        self.count = count
        self.batchSize = min(batchSize, count)
        self.seed = seed
    }

    /// - Parameter step: counted over all epochs from 0.
    package mutating func indices(inStep step: Int) -> ArraySlice<Int> {
        let (pass, place) = step.quotientAndRemainder(dividingBy: count / batchSize)
        if current?.pass != pass {
            var random = RandomStream(seed: seed, stream: .unlabelledShuffle, step: pass)
            current = (pass, random.permutation(of: count))
        }
        return current!.indices[place * batchSize..<(place + 1) * batchSize]
    }
}
