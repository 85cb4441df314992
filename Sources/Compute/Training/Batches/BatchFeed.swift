internal import Dispatch

/// Gives out the steps' batches, each prepared by another thread while the step before it is computed.
///
/// Two batches of memory take turns: one is computed with, the other is filled.
final class BatchFeed {
    /// Features in a step from which another thread prepares it. A hand-over costs some 10 microseconds, as long as
    /// copying this many features does; a smaller batch is there sooner when it is just made.
    static let leastFeatures = 1 << 14

    private let maker: BatchMaker
    private let queue: DispatchQueue?
    private let isPrepared = DispatchSemaphore(value: 0)
    private var current: TrainingBatch
    private var next: TrainingBatch?
    private var isPreparing = false

    /// - Parameter preparesAhead: nil for what the number of features asks for.
    init(_ maker: BatchMaker, preparesAhead: Bool? = nil) {
        self.maker = maker
        current = maker.makeRoom()
        let isAhead = preparesAhead ?? (maker.featuresPerStep >= Self.leastFeatures)
        queue = isAhead ? DispatchQueue(label: "winnow.batches") : nil
        next = isAhead ? maker.makeRoom() : nil
    }

    deinit {
        if isPreparing { isPrepared.wait() }
    }

    /// The batch of a step, valid until the next call, and how long it had to be waited for.
    ///
    /// Any step may follow any other; the one after the last is the one that is ready.
    func batch(ofStep step: Int) -> (batch: TrainingBatch, waited: Duration) {
        let start = ContinuousClock.now
        if isPreparing, let prepared = next {
            isPrepared.wait()
            isPreparing = false
            (current, next) = (prepared, current)
        }
        if current.step != step { maker.fill(current, step: step) }
        let waited = ContinuousClock.now - start
        prepare(step + 1)
        return (current, waited)
    }

    private func prepare(_ step: Int) {
        guard let queue, let next else { return }
        let errand = Errand(maker: maker, batch: next, step: step)
        isPreparing = true
        queue.async { [isPrepared] in
            errand.run()
            isPrepared.signal()
        }
    }
}

/// A batch to be filled by another thread. Until that signals, nobody else touches maker or batch.
private struct Errand: @unchecked Sendable {
    let maker: BatchMaker
    let batch: TrainingBatch
    let step: Int

    func run() { maker.fill(batch, step: step) }
}
