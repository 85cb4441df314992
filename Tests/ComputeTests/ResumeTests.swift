import Architecture
import Compute
import Testing

/// Everything that a checkpoint holds of a run.
private struct Saved {
    var model: [NamedTensor]
    var optimizer: [NamedTensor]
    var stepCount: Int
    var position: EpochPosition
}

private struct Run {
    let trainer: Trainer
    let loop: TrainingLoop

    init(_ optimizer: OptimizerDescription, seed: UInt64 = 5) throws {
        let model = try ModelDescription([
            .conv2d(.init(channels: 6, kernel: 3, padding: 1)), .relu, .maxPool2d(.init(kernel: 2)),
            .dropout(.init(probability: 0.25)), .flatten, .linear(.init(outputs: 12)), .relu,
            .dropout(.init(probability: 0.5)), .linear(.init(outputs: 2)),
        ]).placed(on: [1, 10, 10])
        trainer = try Trainer(model: model, loss: .crossEntropy, optimizer: optimizer, batchSize: 16, seed: seed)
        loop = try TrainingLoop(
            trainer: trainer, training: ArraySource.halves(count: 75, side: 10, seed: 1), batchSize: 16, seed: seed)
    }

    /// The bits of the losses of three epochs, from wherever the run stands, and of the weights at their end.
    func finish() throws -> [UInt64] {
        var bits: [UInt64] = []
        while loop.position.epoch <= 3 {
            guard case .finished(let loss) = try loop.runEpoch() else { continue }
            bits.append(loss.bitPattern)
        }
        return bits + trainer.modelState().flatMap { $0.values.map { UInt64($0.bitPattern) } }
    }

    func pause(afterSteps steps: Int) throws -> Saved {
        var left = steps
        while left > 0 {
            _ = try loop.runEpoch {
                left -= 1
                return left < 0
            }
        }
        return Saved(
            model: trainer.modelState(), optimizer: trainer.optimizerState(), stepCount: trainer.stepCount,
            position: loop.position)
    }
}

@Suite("A run that was stopped and resumed")
struct ResumeTests {
    static let optimizers: [OptimizerDescription] = [
        .adam(learningRate: 1e-2, weightDecay: 1e-4), .sgd(learningRate: 0.05, momentum: 0.9),
    ]

    /// Eight steps are an epoch of five (the last one smaller) and three more.
    private func resumed(_ optimizer: OptimizerDescription, leavingOut: String? = nil) throws -> [UInt64] {
        let saved = try Run(optimizer).pause(afterSteps: 8)
        #expect(saved.position.epoch == 2 && saved.position.step > 0)
        let run = try Run(optimizer)
        if leavingOut != "model" { try run.trainer.load(modelState: saved.model.reversed()) }
        if leavingOut != "optimizer" { try run.trainer.load(optimizerState: saved.optimizer) }
        if leavingOut != "step count" { run.trainer.restore(stepCount: saved.stepCount) }
        run.loop.position = saved.position
        if leavingOut == "step" { run.loop.position.step = 0 }
        if leavingOut == "loss sum" { run.loop.position.lossSum = 0 }
        if leavingOut == "epoch" { run.loop.position.epoch = 1 }
        return try run.finish()
    }

    @Test("ends with the same losses and weights, bit for bit", arguments: optimizers)
    func identical(optimizer: OptimizerDescription) throws {
        let whole = try Run(optimizer).finish()
        let second = try resumed(optimizer)
        // The resumed run has not seen the first epoch's loss.
        #expect(Array(whole.dropFirst()) == second)
        #expect(whole.count > 100)
    }

    @Test(
        "does not, when a part of its state is left out",
        arguments: ["model", "optimizer", "step count", "step", "loss sum", "epoch"])
    func incomplete(part: String) throws {
        for optimizer in Self.optimizers {
            let whole = try Run(optimizer).finish()
            #expect(try resumed(optimizer, leavingOut: part) != Array(whole.dropFirst()), "\(part)")
        }
    }

    @Test("is repeated by the same seed and by no other")
    func seeds() throws {
        let optimizer = Self.optimizers[0]
        let first = try Run(optimizer).finish()
        #expect(try Run(optimizer).finish() == first)
        #expect(try Run(optimizer, seed: 6).finish() != first)
    }
}
