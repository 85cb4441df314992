import Architecture
import Compute
import Random

/// A small model of a family with a loss, its state and its batches, all of it drawn from one seed that a failure
/// prints.
struct RandomCase {
    let seed: UInt64
    let model: ModelGraph
    let loss: LossDescription
    let batchSize: Int
    let state: [NamedTensor]
    private var random: RandomStream

    /// Draws anew where layers do not fit each other, and where no batch is steady (``ReferenceNetwork/Pass``).
    init(_ family: ModelFamily, seed: UInt64) {
        for attempt in 0... {
            guard let drawn = RandomCase(family, seed: seed, attempt: attempt) else { continue }
            var trial = drawn
            if trial.batch(for: ReferenceNetwork(model: drawn.model, state: drawn.state, seed: seed), step: 0) != nil {
                self = drawn
                return
            }
        }
        preconditionFailure("attempts have no end")
    }

    private init?(_ family: ModelFamily, seed: UInt64, attempt: Int) {
        var draw = LayerDraw(RandomStream(seed: seed, stream: .search, index: attempt))
        let input: Shape = [draw.element(of: [1, 1, 3, 5, 9, 16, 17]), draw.integer(5...11), draw.integer(5...11)]
        let body = family.layers(channels: input.dimensions[0], &draw)
        let outputs = draw.integer(1...9)
        let last: [Layer] = draw.integer(0...3) > 0 ? [.linear(.init(outputs: outputs))] : []
        guard let model = try? ModelDescription(body + [.flatten] + last).graph(on: input),
            model.parameterCount > 0, model.output.count <= 400
        else { return nil }
        self.seed = seed
        self.model = model
        loss = draw.loss(outputs: model.output.count)
        batchSize = draw.element(of: [1, 2, 3, 8, 9])
        random = RandomStream(seed: seed, stream: .sampler, index: attempt)
        state = Self.state(of: model, &random)
    }

    private static func state(of model: ModelGraph, _ random: inout RandomStream) -> [NamedTensor] {
        guard
            let trainer = try? Trainer(
                model: model, loss: .meanSquaredError, optimizer: .sgd(learningRate: 0), batchSize: 1, seed: 0)
        else { preconditionFailure("the model cannot be planned") }
        return trainer.modelState().map { tensor in
            let fanIn = tensor.shape.dropFirst().reduce(1, *)
            let (middle, range): (Float, Float) =
                if tensor.name.hasSuffix("running_var") {
                    (1.2, 0.7)
                } else if tensor.shape.count > 1 {
                    (0, (3 / Float(fanIn)).squareRoot())
                } else if tensor.name.hasSuffix("weight") {
                    // A norm's factor, of either sign.
                    (random.uniformFloat() < 0.7 ? 1 : -1, 0.5)
                } else {
                    (0, 0.5)
                }
            return NamedTensor(
                name: tensor.name, shape: tensor.shape,
                values: tensor.values.map { _ in middle + (2 * random.uniformFloat() - 1) * range })
        }
    }

    func trainer(_ optimizer: OptimizerDescription, options: PlanOptions = PlanOptions()) throws -> Trainer {
        let trainer = try Trainer(
            model: model, loss: loss, optimizer: optimizer, batchSize: batchSize, seed: seed, options: options)
        try trainer.load(modelState: state)
        return trainer
    }

    /// A batch on which rounding turns no ReLU and no maximum; nil where none of a few is such.
    ///
    /// - Parameter count: the largest batch where it is nil.
    mutating func batch(for network: ReferenceNetwork, step: Int, count: Int? = nil) -> RandomBatch? {
        for _ in 0..<10 {
            let batch = RandomBatch(count ?? batchSize, model: model, loss: loss, &random)
            let pass = network.forward(batch.features.map(Double.init), count: batch.count, step: step)
            let isLossSteady = ReferenceLoss(description: loss, outputs: model.output.count)
                .isSteady(pass.outputs, batch.referenceTargets)
            if pass.isSteady, isLossSteady { return batch }
        }
        return nil
    }

    /// A batch, steady or not.
    mutating func anyBatch() -> RandomBatch {
        RandomBatch(batchSize, model: model, loss: loss, &random)
    }

    /// Gradients by the outputs, of no particular loss.
    mutating func outputGradient(count: Int) -> [Float] {
        (0..<count * model.output.count).map { _ in 2 * random.uniformFloat() - 1 }
    }
}

extension LayerDraw {
    /// One that a number of outputs can have.
    fileprivate mutating func loss(outputs: Int) -> LossDescription {
        guard outputs > 1, integer(0...2) > 0 else {
            return element(of: [
                .meanSquaredError, .meanAbsoluteError, .huber(delta: 0.7), .binaryCrossEntropy,
            ])
        }
        let weights = (0..<outputs).map { _ in Double(integer(1...9)) / 4 }
        return .crossEntropy(
            .init(
                labelSmoothing: element(of: [
                    nil, .init(amount: 0.1, spread: .others), .init(amount: 0.2, spread: .all),
                ]),
                classWeights: element(of: [nil, .list(weights)])))
    }
}
