internal import CKernels

/// RMSprop: a running mean v of the gradient's square, w -= rate g / (sqrt v + epsilon), or with momentum
/// u = momentum u + g / (sqrt v + epsilon), w -= rate u. `weightDecay` w is added to the gradient.
///
/// Source: Tieleman, Hinton, "Lecture 6.5: rmsprop", 2012; the form is `torch.optim.RMSprop`'s, not centered.
final class RMSprop: Optimizer {
    let states: [StateBlock]
    private let alpha: Double
    private let epsilon: Float
    private let momentum: Double
    private let weightDecay: Float
    private let meanSquare: AlignedFloats
    private let velocity: AlignedFloats?

    init(
        alpha: Double, epsilon: Double, momentum: Double, weightDecay: Double, store: ParameterStore
    ) throws(ComputeError) {
        self.alpha = alpha
        self.epsilon = Float(epsilon)
        self.momentum = momentum
        self.weightDecay = Float(weightDecay)
        meanSquare = try AlignedFloats(count: store.count)
        velocity = momentum > 0 ? try AlignedFloats(count: store.count) : nil
        states =
            [StateBlock(parameters: store.parameters, block: meanSquare, suffix: ".square_avg")]
            + (velocity.map { [StateBlock(parameters: store.parameters, block: $0, suffix: ".momentum_buffer")] } ?? [])
    }

    func update(_ store: ParameterStore, _ step: OptimizerStep) {
        var constants = winnow_rmsprop_step(
            learning_rate: Float(step.learningRate), alpha: Float(alpha), alpha_complement: Float(1 - alpha),
            epsilon: epsilon, momentum: Float(step.momentum ?? momentum), weight_decay: weightDecay,
            gradient_scale: step.gradientScale)
        winnow_rmsprop(
            &constants, store.values.base, store.gradients.base, meanSquare.base, velocity?.base, store.count)
    }
}
