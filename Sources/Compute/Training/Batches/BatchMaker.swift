internal import Architecture
internal import Random

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
        (min(batchSize, training.count) + (unlabelledOrder?.batchSize ?? 0)) * training.featureCount
    }

    func makeRoom() -> TrainingBatch {
        func room(_ capacity: Int, _ source: any SampleSource) -> SampleBatch {
            SampleBatch(capacity: capacity, featureCount: source.featureCount, task: source.task)
        }
        return TrainingBatch(
            labelled: room(batchSize, training),
            unlabelled: recipe.pseudoLabels.map { room(unlabelledOrder!.batchSize, $0.unlabelled) })
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
            unlabelled.gather(unlabelledOrder!.indices(inStep: step), step: step, from: pseudoLabels.unlabelled)
        }
        batch.step = step
    }
}
