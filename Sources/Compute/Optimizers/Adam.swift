internal import CKernels
internal import Glibc

/// Adam: running means m of the gradient and v of its square, w -= rate m^ / (sqrt v^ + epsilon), with m^ and v^
/// corrected for their start at zero. `weightDecay` w is added to the gradient.
///
/// Source: Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015; the form is `torch.optim.Adam`'s.
final class Adam: Optimizer {
    let states: [NamedState]
    private let learningRate: Double
    private let beta1: Double
    private let beta2: Double
    private let epsilon: Double
    private let weightDecay: Double
    private let mean: AlignedFloats
    private let meanSquare: AlignedFloats

    init(
        learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double,
        store: ParameterStore
    ) throws(ComputeError) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        mean = try AlignedFloats(count: store.count)
        meanSquare = try AlignedFloats(count: store.count)
        states = [
            NamedState(parameters: store.parameters, block: mean, suffix: ".exp_avg"),
            NamedState(parameters: store.parameters, block: meanSquare, suffix: ".exp_avg_sq"),
        ]
    }

    func update(_ store: ParameterStore, step: Int) {
        let correction1 = 1 - pow(beta1, Double(step))
        let correction2 = 1 - pow(beta2, Double(step))
        var constants = winnow_adam_step(
            beta1_complement: Float(1 - beta1), beta2: Float(beta2), beta2_complement: Float(1 - beta2),
            step_size: Float(learningRate / correction1), inverse_correction2: Float(1 / correction2.squareRoot()),
            epsilon: Float(epsilon), weight_decay: Float(weightDecay))
        winnow_adam(
            &constants, store.values.base, store.gradients.base, mean.base, meanSquare.base, store.count)
    }
}
