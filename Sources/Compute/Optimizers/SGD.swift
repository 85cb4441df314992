internal import CKernels

/// Stochastic gradient descent with momentum: u = momentum u + g + weightDecay w, w -= rate u; with Nesterov's
/// momentum w -= rate (g + weightDecay w + momentum u).
///
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013; the
/// form is `torch.optim.SGD`'s, which scales by the rate after the momentum.
final class SGD: Optimizer {
    let states: [StateBlock]
    private let momentum: Double
    private let nesterov: Bool
    private let weightDecay: Float
    private let velocity: AlignedFloats?

    init(
        momentum: Double, nesterov: Bool, weightDecay: Double, store: ParameterStore
    ) throws(ComputeError) {
        self.momentum = momentum
        self.nesterov = nesterov
        self.weightDecay = Float(weightDecay)
        if momentum > 0 {
            let velocity = try AlignedFloats(count: store.count)
            self.velocity = velocity
            states = [StateBlock(parameters: store.parameters, block: velocity, suffix: ".momentum_buffer")]
        } else {
            velocity = nil
            states = []
        }
    }

    func update(_ store: ParameterStore, _ step: OptimizerStep) {
        var constants = winnow_sgd_step(
            learning_rate: Float(step.learningRate), momentum: Float(step.momentum ?? momentum),
            weight_decay: weightDecay, gradient_scale: step.gradientScale, nesterov: nesterov ? 1 : 0)
        winnow_sgd(&constants, store.values.base, store.gradients.base, velocity?.base, store.count)
    }
}
