internal import CKernels

/// Stochastic gradient descent with momentum: u = momentum u + g + weightDecay w, w -= rate u.
///
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013; the
/// form is `torch.optim.SGD`'s, which scales by the rate after the momentum.
final class SGD: Optimizer {
    let states: [NamedState]
    private let learningRate: Float
    private let momentum: Float
    private let weightDecay: Float
    private let velocity: AlignedFloats?

    init(
        learningRate: Double, momentum: Double, weightDecay: Double, store: ParameterStore
    ) throws(ComputeError) {
        self.learningRate = Float(learningRate)
        self.momentum = Float(momentum)
        self.weightDecay = Float(weightDecay)
        if momentum > 0 {
            let velocity = try AlignedFloats(count: store.count)
            self.velocity = velocity
            states = [NamedState(parameters: store.parameters, block: velocity, suffix: ".momentum_buffer")]
        } else {
            velocity = nil
            states = []
        }
    }

    func update(_ store: ParameterStore, step: Int) {
        winnow_sgd(
            store.values.base, store.gradients.base, velocity?.base, store.count, learningRate, momentum,
            weightDecay)
    }
}
