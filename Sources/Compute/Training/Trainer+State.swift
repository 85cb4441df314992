extension Trainer {
    /// The weights and what batch normalisation keeps beside them, in the model's order and under PyTorch's names.
    public func modelState() -> [NamedTensor] {
        store.modelState.flatMap { $0.tensors() }
    }

    /// Takes over a model's state, given in any order.
    ///
    /// - Throws: ``ComputeError`` with `invalidState` unless names and shapes are exactly the model's; then nothing
    ///   has changed.
    public func load(modelState: [NamedTensor]) throws(ComputeError) {
        try StateBlock.load(modelState, into: store.modelState, what: "the model state")
    }

    /// What the optimizer keeps for each parameter: "0.weight.exp_avg" and "0.weight.exp_avg_sq" for Adam and AdamW,
    /// "0.weight.square_avg" for RMSprop, "0.weight.momentum_buffer" for either of SGD and RMSprop with momentum.
    public func optimizerState() -> [NamedTensor] {
        optimizerStates.flatMap { $0.tensors() }
    }

    /// Takes over the optimizer's state, given in any order.
    ///
    /// - Throws: ``ComputeError`` with `invalidState` as for the model state.
    public func load(optimizerState: [NamedTensor]) throws(ComputeError) {
        try StateBlock.load(optimizerState, into: optimizerStates, what: "the optimizer state")
    }

    /// The gradients that the last backward pass left, under the parameters' names.
    package func gradients() -> [NamedTensor] {
        StateBlock(parameters: store.parameters, block: store.gradients).tensors()
    }
}
