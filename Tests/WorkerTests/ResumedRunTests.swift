import Experiments
import Studies
import StudyStore
import Testing
import Schema
import Worker

/// An optimizer with its schedule, and what of a checkpoint matters under it beside what always does.
private struct Setup: Sendable, CustomTestStringConvertible {
    let optimizer: String
    var averaging = "none"
    let parts: [Part]

    var testDescription: String { "\(optimizer), \(averaging)" }

    static let all = [
        Setup(
            optimizer: """
                {kind: sgd, learning_rate: 0.05, momentum: 0.9, nesterov: true, clip_norm: 1.0, \
                learning_rate_schedule: {kind: one_cycle, epochs: 6}}
                """,
            parts: [.arrays("momentum", \.optimizerState, ".momentum_buffer")]),
        Setup(
            optimizer: """
                {kind: adam, learning_rate: 0.003, \
                learning_rate_schedule: {kind: reduce_on_plateau, factor: 0.5, patience: 1}}
                """,
            parts: [
                .arrays("mean", \.optimizerState, ".exp_avg"),
                .arrays("mean square", \.optimizerState, ".exp_avg_sq"),
                Part("best value") { $0.schedule.best = $1.schedule.best },
                Part("bad epochs") { $0.schedule.badEpochs = $1.schedule.badEpochs },
                Part("factor") { $0.schedule.factor = $1.schedule.factor },
            ]),
        Setup(
            optimizer: """
                {kind: adamw, learning_rate: 0.003, learning_rate_schedule: {kind: cosine, epochs: 6, \
                warmup: {epochs: 2}}}
                """,
            parts: [
                .arrays("mean", \.optimizerState, ".exp_avg"),
                .arrays("mean square", \.optimizerState, ".exp_avg_sq"),
            ]),
        Setup(
            optimizer: "{kind: sgd, learning_rate: 0.05}", averaging: "{kind: ema, decay: 0.9}",
            parts: [Part("average") { $0.average = $1.average }]),
        Setup(
            optimizer: "{kind: sgd, learning_rate: 0.05}", averaging: "{kind: swa, start: 2}",
            parts: [Part("average") { $0.average = $1.average }]),
        Setup(
            optimizer: "{kind: rmsprop, learning_rate: 0.001, momentum: 0.5}",
            parts: [
                .arrays("mean square", \.optimizerState, ".square_avg"),
                .arrays("momentum", \.optimizerState, ".momentum_buffer"),
            ]),
    ]
}

/// A part of a checkpoint that must not get lost: what one from the run's beginning has in its place.
private struct Part: Sendable, CustomStringConvertible {
    let description: String
    let replace: @Sendable (inout Checkpoint, _ beginning: Checkpoint) -> Void

    init(whole description: String, _ replace: @escaping @Sendable (inout Checkpoint, Checkpoint) -> Void) {
        self.description = description
        self.replace = replace
    }

    init(_ description: String, _ replace: @escaping @Sendable (inout Checkpoint.Resume, Checkpoint.Resume) -> Void) {
        self.init(whole: description) { replace(&$0.resume!, $1.resume!) }
    }

    static func arrays(
        _ description: String, _ arrays: any WritableKeyPath<Checkpoint.Resume, [NamedArray]> & Sendable,
        _ suffix: String
    ) -> Part {
        Part(description) { $0[keyPath: arrays].replace($1[keyPath: arrays], suffix) }
    }

    static let always = [
        Part(whole: "weights") { $0.modelState.replace($1.modelState, ".weight") },
        Part(whole: "biases") { $0.modelState.replace($1.modelState, ".bias") },
        Part(whole: "running means") { $0.modelState.replace($1.modelState, ".running_mean") },
        Part(whole: "running variances") { $0.modelState.replace($1.modelState, ".running_var") },
        Part("best state") { $0.bestState = $1.bestState },
        Part("step count") { $0.stepCount = $1.stepCount },
        Part("epoch") { $0.position.epoch = $1.position.epoch },
        Part("step") { $0.position.step = $1.position.step },
        Part("loss sum") { $0.position.lossSum = $1.position.lossSum },
        Part("samples predicted right") { $0.position.tallies.right = $1.position.tallies.right },
        Part("sample count") { $0.position.sampleCount = $1.position.sampleCount },
        Part("selection") { $0.selection = $1.selection },
        Part("early stopping") { $0.earlyStopping = $1.earlyStopping },
        Part("history") { $0.history = $1.history },
    ]
}

extension [NamedArray] {
    fileprivate mutating func replace(_ others: [NamedArray], _ suffix: String) {
        for index in indices where self[index].name.hasSuffix(suffix) { self[index] = others[index] }
    }
}

@Suite struct ResumedRunTests {
    /// With dropout of both kinds and batch normalisation. The loss falls, so that the largest one, which is selected
    /// here, lies before the pause, and every later epoch is a bad one.
    private func assign(_ setup: Setup, resume: StoredFile? = nil) throws -> CoordinatorMessage.Assign {
        try TrainingRunTests.assign(
            """
            seed: 5
            data: {source: digits, batch_size: 128}
            model:
              layers:
                - conv2d: {channels: 5, kernel: 3, padding: 1, bias: false}
                - batch_norm
                - relu
                - max_pool2d: {kernel: 2}
                - dropout2d: 0.2
                - flatten
                - linear: {features: 16}
                - batch_norm
                - relu
                - dropout: 0.3
                - linear: {features: 10}
            optimizer: \(setup.optimizer)
            train:
              epochs: 6
              select: {monitor: validation_loss, goal: maximize}
              early_stopping: {patience: 4, keep_training: true}
              weight_averaging: \(setup.averaging)
            """, attempt: resume == nil ? 1 : 2, resume: resume)
    }

    private func run(
        _ setup: Setup, from checkpoint: (file: StoredFile, bytes: [UInt8])? = nil,
        pausingAt pause: (epoch: Int, step: Int)? = nil
    ) throws -> RecordedRun {
        try RecordedRun(
            assign(setup, resume: checkpoint?.file), from: checkpoint, progressInterval: .zero
        ) { event, control in
            if case .progress(let progress) = event, let pause, progress.stage == nil, progress.epoch == pause.epoch,
                progress.step == pause.step
            {
                control.give(.pause)
            }
        }
    }

    private func paused(_ setup: Setup, at place: (Int, Int)) throws -> (file: StoredFile, bytes: [UInt8]) {
        try #require(run(setup, pausingAt: place).checkpoint(.last))
    }

    @Test(arguments: Setup.all)
    private func aTrialPausedAtAnyStepResumesBitForBit(setup: Setup) throws {
        let whole = try RunTrace(try run(setup), from: 5)
        #expect(whole.metrics.count == 2 && whole.wouldHaveStoppedAt == 5)
        for step in 0..<9 {
            let last = try paused(setup, at: (5, step))
            let position = try #require(try Checkpoint(decoding: last.bytes).resume?.position)
            #expect(position.epoch == 5 && position.step == step)
            let resumed = try run(setup, from: last)
            #expect(try RunTrace(resumed, from: 5) == whole, "step \(step)")
            // The coordinator may have another best by now, or none.
            let first = try #require(resumed.checkpoints.first?.file)
            #expect(first.kind == .best && first.epoch == last.file.bestEpoch)
        }
    }

    @Test(arguments: Setup.all)
    private func aTrialWhoseCheckpointLacksAnythingEndsOtherwise(setup: Setup) throws {
        let whole = try RunTrace(try run(setup), from: 5)
        let beginning = try Checkpoint(decoding: try paused(setup, at: (1, 0)).bytes)
        let (file, bytes) = try paused(setup, at: (5, 4))
        let checkpoint = try Checkpoint(decoding: bytes)
        for part in Part.always + setup.parts {
            var incomplete = checkpoint
            part.replace(&incomplete, beginning)
            #expect(incomplete != checkpoint, "\(part)")
            let events = try run(setup, from: (file, try incomplete.encode()))
            #expect(try RunTrace(events, from: 5) != whole, "\(part)")
        }
    }
}
