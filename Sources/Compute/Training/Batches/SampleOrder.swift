internal import Random

/// Which samples an epoch takes, in which order; (seed, epoch) fix it.
package struct SampleOrder {
    private let count: Int
    private let seed: UInt64
    /// The samples of each class, where classes are drawn first; nil where every sample comes once.
    private let members: [[Int]]?
    private var current: (epoch: Int, indices: [Int])?

    package init(count: Int, members: [[Int]]?, seed: UInt64) {
        self.count = count
        self.members = members
        self.seed = seed
    }

    package mutating func indices(inEpoch epoch: Int) -> [Int] {
        if let current, current.epoch == epoch { return current.indices }
        let indices = draw(epoch)
        current = (epoch, indices)
        return indices
    }

    private func draw(_ epoch: Int) -> [Int] {
        guard let members else {
            var random = RandomStream(seed: seed, stream: .shuffle, step: epoch)
            return random.permutation(of: count)
        }
        // A class, then one of its samples: together the same as a sample with the weight 1 / n_c.
        var random = RandomStream(seed: seed, stream: .sampler, step: epoch)
        return (0..<count).map { _ in
            let samples = members[random.uniformInt(below: members.count)]
            return samples[random.uniformInt(below: samples.count)]
        }
    }
}

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
