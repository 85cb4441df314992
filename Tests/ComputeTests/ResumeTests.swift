import Architecture
import Compute
import Testing

/// Everything that a checkpoint holds of a run.
private struct Saved: Sendable {
    var model: [NamedTensor]
    var optimizer: [NamedTensor]
    var stepCount: Int
    var position: EpochPosition
    var schedule: LearningRateController.State
}

/// A part of it that must not get lost: what a checkpoint of the run's beginning has in its place.
private struct Part: Sendable, CustomStringConvertible {
    let description: String
    let replace: @Sendable (inout Saved, _ beginning: Saved) -> Void

    static func tensors(
        _ description: String, _ tensors: any WritableKeyPath<Saved, [NamedTensor]> & Sendable, _ suffix: String
    ) -> Part {
        Part(description: description) { saved, beginning in
            for (index, tensor) in saved[keyPath: tensors].enumerated() where tensor.name.hasSuffix(suffix) {
                saved[keyPath: tensors][index] = beginning[keyPath: tensors][index]
            }
        }
    }

    static func number<Value>(_ description: String, _ path: any WritableKeyPath<Saved, Value> & Sendable) -> Part {
        Part(description: description) { $0[keyPath: path] = $1[keyPath: path] }
    }

    static let always = [
        tensors("weights", \.model, ".weight"), tensors("biases", \.model, ".bias"),
        tensors("running means", \.model, ".running_mean"), tensors("running variances", \.model, ".running_var"),
        number("step count", \.stepCount), number("epoch", \.position.epoch), number("step", \.position.step),
        number("loss sum", \.position.lossSum), number("sample count", \.position.sampleCount),
        number("samples predicted right", \.position.right),
    ]
    static let plateau = [
        number("best value", \.schedule.best), number("bad epochs", \.schedule.badEpochs),
        number("factor", \.schedule.factor),
    ]
}

/// An optimizer with its schedule, and the parts that its checkpoints have beside those of all.
private struct Setup: Sendable, CustomTestStringConvertible {
    let optimizer: OptimizerDescription
    let parts: [Part]

    var testDescription: String { optimizer.rule.kind.rawValue }

    private static let oneCycle = LearningRateSchedule(
        .oneCycle(.init(epochs: 5)), warmup: .init(epochs: 1, startFactor: 0.3))
    /// No epoch is better by so much: the rate is halved after every second one.
    private static let plateau = LearningRateSchedule(
        .reduceOnPlateau(.init(factor: 0.5, patience: 1, threshold: 0.9)))

    static let all = [
        Setup(
            optimizer: .init(
                .sgd(momentum: 0.9, nesterov: true), learningRate: 0.05, weightDecay: 1e-3, clipNorm: 2,
                schedule: oneCycle),
            parts: [.tensors("momentum", \.optimizer, ".momentum_buffer")]),
        Setup(
            optimizer: .init(.adam(), learningRate: 0.01, schedule: plateau),
            parts: [.tensors("mean", \.optimizer, ".exp_avg"), .tensors("mean square", \.optimizer, ".exp_avg_sq")]
                + Part.plateau),
        Setup(
            optimizer: .init(.adamW(), learningRate: 0.01, weightDecay: 0.1, schedule: oneCycle),
            parts: [.tensors("mean", \.optimizer, ".exp_avg"), .tensors("mean square", \.optimizer, ".exp_avg_sq")]),
        Setup(
            optimizer: .init(.rmsprop(momentum: 0.5), learningRate: 1e-3, schedule: plateau),
            parts: [
                .tensors("mean square", \.optimizer, ".square_avg"),
                .tensors("momentum", \.optimizer, ".momentum_buffer"),
            ] + Part.plateau),
    ]
}

private struct Run {
    static let epochs = 6
    /// Of 75 samples in batches of 16; the last one is smaller.
    static let stepsPerEpoch = 5

    let trainer: Trainer
    let loop: TrainingLoop
    private let held = ArraySource.halves(count: 20, side: 8, seed: 2)

    init(_ setup: Setup, seed: UInt64 = 5) throws {
        let model = try ModelDescription([
            .conv2d(.init(channels: 6, kernel: 3, padding: 1, bias: false)), .batchNorm(.init()), .relu,
            .maxPool2d(.init(kernel: 2)), .dropout2d(.init(probability: 0.25)), .flatten,
            .linear(.init(outputs: 12)), .batchNorm(.init()), .relu, .dropout(.init(probability: 0.5)),
            .linear(.init(outputs: 2)),
        ]).graph(on: [1, 8, 8])
        trainer = try Trainer(
            model: model, loss: .crossEntropy(), optimizer: setup.optimizer, batchSize: 16, seed: seed)
        loop = try TrainingLoop(
            trainer: trainer, training: ArraySource.halves(count: 75, side: 8, seed: 1), batchSize: 16, seed: seed,
            schedule: setup.optimizer.schedule)
    }

    /// Trains on to the end of `epochs`.
    ///
    /// - Returns: the bits of each epoch's losses, then of all weights and of all that the optimizer keeps.
    func finish() throws -> [UInt64] {
        var bits: [UInt64] = []
        while loop.position.epoch <= Self.epochs {
            bits += try epoch()
        }
        let tensors = trainer.modelState() + trainer.optimizerState()
        return bits + tensors.flatMap { $0.values.map { UInt64($0.bitPattern) } }
    }

    /// Finishes an epoch; the schedule sees its validation loss.
    private func epoch() throws -> [UInt64] {
        let epoch = loop.position.epoch
        guard case .finished(let summary) = try loop.runEpoch() else { return [] }
        let validation = try loop.evaluate(on: held).loss
        loop.schedule.observe(epoch: epoch, monitored: validation)
        return [summary.meanLoss.bitPattern, (summary.accuracy ?? 0).bitPattern, validation.bitPattern]
    }

    /// Stops before a step of an epoch.
    func stop(inEpoch epoch: Int, atStep step: Int) throws -> Saved {
        while loop.position.epoch < epoch { _ = try self.epoch() }
        _ = try loop.runEpoch { loop.position.step == step }
        return saved
    }

    var saved: Saved {
        Saved(
            model: trainer.modelState(), optimizer: trainer.optimizerState(), stepCount: trainer.stepCount,
            position: loop.position, schedule: loop.schedule.state)
    }

    func restore(_ saved: Saved) throws {
        try trainer.load(modelState: saved.model.reversed())
        try trainer.load(optimizerState: saved.optimizer)
        trainer.restore(stepCount: saved.stepCount)
        loop.position = saved.position
        loop.schedule.state = saved.schedule
    }
}

@Suite("A run that was stopped and resumed")
struct ResumeTests {
    /// By then a plateau has been seen, and a first reduction lies behind.
    private static let epoch = 5

    private func resumed(_ setup: Setup, _ saved: Saved) throws -> [UInt64] {
        let run = try Run(setup)
        try run.restore(saved)
        return try run.finish()
    }

    /// What an undisturbed run has from the epoch of the stop on.
    private func undisturbed(_ setup: Setup) throws -> [UInt64] {
        Array(try Run(setup).finish().dropFirst(3 * (Self.epoch - 1)))
    }

    @Test(
        "ends with the same losses, weights and states, bit for bit, whatever step it was stopped at",
        arguments: Setup.all)
    private func identical(setup: Setup) throws {
        let whole = try undisturbed(setup)
        #expect(whole.count > 1000)
        for step in 0..<Run.stepsPerEpoch {
            let saved = try Run(setup).stop(inEpoch: Self.epoch, atStep: step)
            #expect(saved.position.epoch == Self.epoch && saved.position.step == step)
            #expect(try resumed(setup, saved) == whole, "step \(step)")
        }
    }

    @Test("does not, when any part of its state is left out", arguments: Setup.all)
    private func incomplete(setup: Setup) throws {
        let whole = try undisturbed(setup)
        let beginning = try Run(setup).saved
        let saved = try Run(setup).stop(inEpoch: Self.epoch, atStep: 3)
        for part in Part.always + setup.parts {
            var incomplete = saved
            part.replace(&incomplete, beginning)
            #expect(try resumed(setup, incomplete) != whole, "\(part)")
        }
    }

    @Test("has no part in its state that the tests above do not leave out")
    func parts() throws {
        for setup in Setup.all {
            let suffixes = (Part.always + setup.parts).map(\.description)
            #expect(Set(suffixes).count == suffixes.count)
            var saved = try Run(setup).stop(inEpoch: Self.epoch, atStep: 3)
            let beginning = try Run(setup).saved
            for part in Part.always + setup.parts { part.replace(&saved, beginning) }
            #expect(saved.model == beginning.model && saved.optimizer == beginning.optimizer)
            #expect(saved.stepCount == 0 && saved.position == EpochPosition() && saved.schedule == .init())
        }
    }

    @Test("is repeated by the same seed and by no other")
    func seeds() throws {
        let first = try Run(Setup.all[0]).finish()
        #expect(try Run(Setup.all[0]).finish() == first)
        #expect(try Run(Setup.all[0], seed: 6).finish() != first)
    }
}
