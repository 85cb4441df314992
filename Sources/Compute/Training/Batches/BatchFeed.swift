internal import Architecture
internal import Dispatch
internal import Random

/// Gives out the steps' batches, each prepared by another thread while the step before it is computed.
///
/// Two batches of memory take turns: one is computed with, the other is filled.
final class BatchFeed {
    /// Features in a step from which another thread prepares it. To wake that thread costs a step 8 to 20 microseconds;
    /// to copy so many features takes 14, whether from bytes or from floats. A smaller batch is there sooner when it is
    /// just made, and a larger one, or one that is augmented, costs nothing but this.
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

/// Makes the batch of any step: gathers samples, disturbs their targets, mixes them. All of it follows from
/// (seed, step).
///
/// It is used from one thread at a time.
final class BatchMaker {
    private let training: any SampleSource
    private let recipe: TrainingRecipe
    private let batchSize: Int
    private let seed: UInt64
    private let mixer: BatchMixer?
    private var order: SampleOrder
    private var unlabelledOrder: UnlabelledOrder?

    /// - Parameter members: the samples of each class, for the weighted sampler.
    init(
        training: any SampleSource, recipe: TrainingRecipe, batchSize: Int, seed: UInt64, sample: Shape,
        members: [[Int]]?
    ) {
        self.training = training
        self.recipe = recipe
        self.batchSize = batchSize
        self.seed = seed
        mixer = recipe.mixing.map { BatchMixer($0, capacity: batchSize, sample: sample) }
        order = SampleOrder(count: training.count, members: members, seed: seed)
        unlabelledOrder = recipe.pseudoLabels.map {
            UnlabelledOrder(count: $0.unlabelled.count, batchSize: $0.batchSize, seed: seed)
        }
    }

    var stepsPerEpoch: Int { (training.count + (recipe.dropsLast ? 0 : batchSize - 1)) / batchSize }

    /// Features of the largest step, labelled and unlabelled.
    var featuresPerStep: Int {
        (min(batchSize, training.count) + (unlabelledOrder?.batchSize ?? 0)
            * (recipe.pseudoLabels?.weak == nil ? 1 : 2))
            * training.featureCount
    }

    func makeRoom() -> TrainingBatch {
        func room(_ capacity: Int, _ source: any SampleSource) -> SampleBatch {
            SampleBatch(capacity: capacity, featureCount: source.featureCount, task: source.task)
        }
        return TrainingBatch(
            labelled: room(batchSize, training),
            unlabelled: recipe.pseudoLabels.map { room(unlabelledOrder!.batchSize, $0.unlabelled) },
            weak: recipe.pseudoLabels?.weak.map { room(unlabelledOrder!.batchSize, $0) })
    }

    /// - Parameter step: counted over all epochs from 0.
    func fill(_ batch: TrainingBatch, step: Int) {
        let (epochsBefore, stepInEpoch) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
        let epoch = epochsBefore + 1
        let start = stepInEpoch * batchSize
        let indices = order.indices(inEpoch: epoch)[start..<min(start + batchSize, training.count)]
        batch.labelled.gather(indices, step: step, from: training)
        if let disturbance = recipe.disturbance {
            var random = RandomStream(seed: seed, stream: .disturbance, step: step)
            batch.keptLabels = disturbance.disturb(batch.labelled, task: training.task, using: &random)
        }
        if let mixer {
            var random = RandomStream(seed: seed, stream: .mixing, step: step)
            mixer.mix(batch.labelled, using: &random)
        }
        if let pseudoLabels = recipe.pseudoLabels, let unlabelled = batch.unlabelled,
            pseudoLabels.weight(inEpoch: epoch) > 0
        {
            let indices = unlabelledOrder!.indices(inStep: step)
            unlabelled.gather(indices, step: step, from: pseudoLabels.unlabelled)
            if let weak = pseudoLabels.weak { batch.weak?.gather(indices, step: step, from: weak) }
        }
        batch.step = step
    }
}
