import Architecture
import Compute
import Glibc
import Synchronization
import TestSupport
import Testing

/// Samples that note which threads ask for them.
private final class WatchedSource: SampleSource {
    let count = 40
    let featureCount: Int
    let task = LearningTask.regression(outputs: 1)
    private let requests = Mutex<[(thread: pthread_t, step: Int)]>([])

    init(featureCount: Int) {
        self.featureCount = featureCount
    }

    var otherThreads: Int {
        requests.withLock { $0.count { pthread_equal($0.thread, pthread_self()) == 0 } }
    }
    var steps: [Int] { requests.withLock { $0.map(\.step) } }

    func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
    ) {
        requests.withLock { $0.append((pthread_self(), step)) }
        for place in 0..<indices.count * featureCount { features[place] = 0.5 }
        guard case .values(let values) = targets else { return }
        for row in 0..<indices.count { values[row] = 1 }
    }
}

@Suite("Batches prepared ahead")
struct BatchFeedTests {
    private func loop(_ source: WatchedSource, preparesAhead: Bool? = nil) throws -> TrainingLoop {
        let trainer = try Trainer(
            model: try ModelDescription([.linear(.init(outputs: 1))]).graph(on: [source.featureCount]),
            loss: .meanSquaredError, optimizer: .sgd(learningRate: 1e-6), batchSize: 16, seed: 1)
        return try TrainingLoop(
            trainer: trainer, training: source, batchSize: 16, seed: 1, preparesAhead: preparesAhead)
    }

    @Test("are the same, bit for bit, as batches made when they are needed", arguments: Technique.all)
    func sameBits(technique: Technique) throws {
        let ahead = try RecipeRun(technique, preparesAhead: true).finish()
        let needed = try RecipeRun(technique, preparesAhead: false).finish()
        #expect(ahead.epochs == needed.epochs)
        #expect(ahead.bits == needed.bits)
    }

    @Test("survive pauses, a step taken again, and evaluations in between", arguments: Technique.all)
    func pauses(technique: Technique) throws {
        let whole = try RecipeRun(technique).finish()
        let paused = try RecipeRun(technique)
        var asked = 0
        let result = try paused.finish {
            asked += 1
            return asked % 2 == 1
        }
        #expect(result.epochs == whole.epochs && result.bits == whole.bits)

        let repeated = try RecipeRun(technique)
        let early = try repeated.stop(inEpoch: 2, atStep: 1)
        _ = try repeated.stop(inEpoch: 3, atStep: 4)
        try repeated.restore(early)
        let again = try repeated.finish()
        #expect(again.epochs == Array(whole.epochs.dropFirst()) && again.bits == whole.bits)
    }

    @Test("come from another thread where a batch has 2^14 features, and from this one where it has fewer")
    func rule() throws {
        let (small, large) = (WatchedSource(featureCount: 1023), WatchedSource(featureCount: 1024))
        for source in [small, large] {
            let loop = try loop(source)
            for _ in 0..<3 { _ = try loop.runEpoch() }
        }
        #expect(small.otherThreads == 0)
        #expect(small.steps == Array(0..<9))
        // All but the first; each of them once, and one for the step that never came, once the loop is gone.
        #expect(large.otherThreads == 9)
        #expect(large.steps == Array(0..<10))
    }

    @Test("leave nothing behind when the loop is gone")
    func dropped() async throws {
        weak var watched: WatchedSource?
        for _ in 0..<20 {
            let source = WatchedSource(featureCount: 2048)
            watched = source
            let loop = try loop(source)
            _ = try loop.runEpoch { loop.position.step == 1 }
        }
        // The other thread has told that it is done, and may be about to let go.
        try await eventually {
            watched == nil
        } last: {
            "the source lives"
        }
    }

    @Test("tell how long training waited for them")
    func waiting() throws {
        let source = WatchedSource(featureCount: 4)
        guard case .finished(let summary) = try loop(source).runEpoch() else {
            Issue.record("it paused")
            return
        }
        #expect(summary.waited > .zero)
    }
}
