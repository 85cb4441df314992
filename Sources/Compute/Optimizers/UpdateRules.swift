internal import Architecture
internal import CKernels
internal import Glibc

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
        for group in step.groups {
            var constants = winnow_sgd_step(
                learning_rate: Float(step.learningRate * group.rate), momentum: Float(step.momentum ?? momentum),
                weight_decay: weightDecay, gradient_scale: step.gradientScale, nesterov: nesterov ? 1 : 0)
            let first = group.range.lowerBound
            winnow_sgd(
                &constants, store.values.base + first, store.gradients.base + first, velocity.map { $0.base + first },
                group.range.count)
        }
    }
}

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
        for group in step.groups {
            var constants = winnow_rmsprop_step(
                learning_rate: Float(step.learningRate * group.rate), alpha: Float(alpha),
                alpha_complement: Float(1 - alpha), epsilon: epsilon, momentum: Float(step.momentum ?? momentum),
                weight_decay: weightDecay, gradient_scale: step.gradientScale)
            let first = group.range.lowerBound
            winnow_rmsprop(
                &constants, store.values.base + first, store.gradients.base + first, meanSquare.base + first,
                velocity.map { $0.base + first }, group.range.count)
        }
    }
}

/// Adam: running means m of the gradient and v of its square, w -= rate m^ / (sqrt v^ + epsilon), with m^ and v^
/// corrected for their start at zero. `weightDecay` w is added to the gradient, or, decoupled, rate * weightDecay * w
/// is taken off the weights.
///
/// Source: Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015; Loshchilov, Hutter, "Decoupled weight
/// decay regularization", ICLR 2019; the forms are `torch.optim.Adam`'s and `AdamW`'s.
final class Adam: Optimizer {
    let states: [StateBlock]
    private let moments: UpdateRule.Moments
    private let weightDecay: Double
    private let decouples: Bool
    private let mean: AlignedFloats
    private let meanSquare: AlignedFloats

    init(
        _ moments: UpdateRule.Moments, weightDecay: Double, decouples: Bool, store: ParameterStore
    ) throws(ComputeError) {
        self.moments = moments
        self.weightDecay = weightDecay
        self.decouples = decouples
        mean = try AlignedFloats(count: store.count)
        meanSquare = try AlignedFloats(count: store.count)
        states = [
            StateBlock(parameters: store.parameters, block: mean, suffix: ".exp_avg"),
            StateBlock(parameters: store.parameters, block: meanSquare, suffix: ".exp_avg_sq"),
        ]
    }

    func update(_ store: ParameterStore, _ step: OptimizerStep) {
        let beta1 = step.momentum ?? moments.beta1
        let correction1 = 1 - pow(beta1, Double(step.number))
        let correction2 = 1 - pow(moments.beta2, Double(step.number))
        for group in step.groups {
            let rate = step.learningRate * group.rate
            var constants = winnow_adam_step(
                beta1_complement: Float(1 - beta1), beta2: Float(moments.beta2),
                beta2_complement: Float(1 - moments.beta2), step_size: Float(rate / correction1),
                inverse_correction2: Float(1 / correction2.squareRoot()), epsilon: Float(moments.epsilon),
                weight_decay: decouples ? 0 : Float(weightDecay),
                decoupled_decay: decouples ? Float(rate * weightDecay) : 0, gradient_scale: step.gradientScale)
            let first = group.range.lowerBound
            winnow_adam(
                &constants, store.values.base + first, store.gradients.base + first, mean.base + first,
                meanSquare.base + first, group.range.count)
        }
    }
}
