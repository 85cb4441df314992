import Architecture
import Compute
import Synchronization
import Testing

/// Samples that note which of them each batch has.
private final class NotedSource: SampleSource {
    let count: Int
    let featureCount = 2
    let task = LearningTask.regression(outputs: 1)
    private let noted = Mutex<[[Int]]>([])

    init(count: Int) {
        self.count = count
    }

    var batches: [[Int]] { noted.withLock { $0 } }

    func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
    ) {
        noted.withLock { $0.append(Array(indices)) }
        for place in 0..<indices.count * featureCount { features[place] = 0.5 }
        guard case .values(let values) = targets else { return }
        for row in 0..<indices.count { values[row] = 1 }
    }
}

@Suite("Without the last batch")
struct DropLastTests {
    /// The batches of the first epochs.
    private func batches(of count: Int, by size: Int, dropsLast: Bool, epochs: Int = 2) throws -> [[Int]] {
        let source = NotedSource(count: count)
        let trainer = try Trainer(
            model: try ModelDescription([.linear(.init(outputs: 1))]).graph(on: [2]), loss: .meanSquaredError,
            optimizer: .sgd(learningRate: 1e-6), batchSize: size, seed: 1)
        let loop = try TrainingLoop(
            trainer: trainer, training: source, batchSize: size, seed: 1,
            recipe: TrainingRecipe(dropsLast: dropsLast), preparesAhead: false)
        for _ in 0..<epochs { _ = try loop.runEpoch() }
        return source.batches
    }

    @Test("an epoch has the whole batches of the same order")
    func wholeBatches() throws {
        let all = try batches(of: 10, by: 4, dropsLast: false)
        let whole = try batches(of: 10, by: 4, dropsLast: true)
        #expect(all.map(\.count) == [4, 4, 2, 4, 4, 2])
        #expect(whole == all.filter { $0.count == 4 })
    }

    @Test("other samples are left out in each epoch")
    func otherSamples() throws {
        let whole = try batches(of: 10, by: 4, dropsLast: true, epochs: 20)
        #expect(Set(whole.joined()) == Set(0..<10))
    }

    @Test("nothing is left out where the samples divide")
    func divides() throws {
        #expect(try batches(of: 8, by: 4, dropsLast: true) == batches(of: 8, by: 4, dropsLast: false))
    }

    @Test("fewer samples than a batch leave nothing to train on")
    func tooFew() {
        #expect(throws: TrainingError.self) { try batches(of: 3, by: 4, dropsLast: true) }
    }
}
