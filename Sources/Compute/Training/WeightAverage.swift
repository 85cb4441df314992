internal import Architecture

/// How weights are averaged over training; validation, selection and the kept model then see the average.
public enum WeightAveraging: Hashable, Sendable {
    /// After each step, average = decay average + (1 - decay) weights, from the first step's weights on.
    ///
    /// Source: Polyak, Juditsky, "Acceleration of stochastic approximation by averaging", 1992; the form is
    /// `torch.optim.swa_utils.get_ema_multi_avg_fn`'s.
    case exponential(decay: Double)
    /// The mean of the weights at the ends of the epochs from `start` on, counted from 1; before, there is none.
    ///
    /// Source: Izmailov et al., "Averaging weights leads to wider optima and better generalization", UAI 2018; the form is
    /// `torch.optim.swa_utils.AveragedModel`'s.
    case stochastic(start: Int)
}

/// A model's average, beside its weights. What batch normalisation keeps is averaged as the weights are (`use_buffers`).
public final class WeightAverage {
    public let averaging: WeightAveraging
    /// How many states it is of.
    public private(set) var count = 0
    private let store: ParameterStore
    private let values: AlignedFloats
    private let statistics: AlignedFloats
    /// Whether the average stands in the model's place.
    private var isSwapped = false

    /// - Throws: ``ComputeError`` with `outOfMemory`, or `invalidSetting` for a decay outside 0..<1.
    public init(_ averaging: WeightAveraging, of trainer: Trainer) throws(ComputeError) {
        if case .exponential(let decay) = averaging, !(0..<1).contains(decay) {
            throw ComputeError(.invalidSetting, "average the weights", "the decay must lie in 0..<1, not be \(decay)")
        }
        self.averaging = averaging
        store = trainer.store
        values = try AlignedFloats(count: store.values.count)
        statistics = try AlignedFloats(count: store.statistics.count)
    }

    /// After a step of training.
    func observeStep() {
        guard case .exponential(let decay) = averaging else { return }
        add(share: count == 0 ? 1 : 1 - decay)
    }

    /// After an epoch, counted from 1; nothing changes where it was observed before.
    func observeEpoch(_ epoch: Int) {
        guard case .stochastic(let start) = averaging, epoch - start + 1 > count else { return }
        add(share: 1 / Double(count + 1))
    }

    private func add(share: Double) {
        precondition(!isSwapped, "training sees the weights, and not their average")
        count += 1
        let share = Float(share)
        for (average, current) in [(values, store.values), (statistics, store.statistics)] {
            for place in 0..<average.count {
                // As PyTorch's lerp: exact for equal numbers, and for the first.
                average.base[place] += share * (current.base[place] - average.base[place])
            }
        }
    }

    /// Runs `body` with the average in the model's place; with the weights themselves while there is none.
    public func applied<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        guard count > 0 else { return try body() }
        swap()
        defer { swap() }
        return try body()
    }

    private func swap() {
        isSwapped.toggle()
        for (average, current) in [(values, store.values), (statistics, store.statistics)] {
            for place in 0..<average.count {
                (average.base[place], current.base[place]) = (current.base[place], average.base[place])
            }
        }
    }

    /// The average, named as the model's state.
    public func state() -> [NamedTensor] { blocks.flatMap { $0.tensors() } }

    /// Goes on from a state.
    ///
    /// - Throws: ``ComputeError`` with `invalidState` unless names and shapes are exactly the model's.
    public func load(_ state: [NamedTensor], count: Int) throws(ComputeError) {
        try StateBlock.load(state, into: blocks, what: "the average of the weights")
        self.count = count
    }

    private var blocks: [StateBlock] {
        store.layers.compactMap(\.self).flatMap { layer in
            [StateBlock(parameters: layer.trained, block: values)]
                + (layer.statistics.isEmpty ? [] : [StateBlock(parameters: layer.statistics, block: statistics)])
        }
    }
}
