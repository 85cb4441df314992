internal import Architecture
internal import CKernels
internal import Glibc

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
        var constants = winnow_adam_step(
            beta1_complement: Float(1 - beta1), beta2: Float(moments.beta2),
            beta2_complement: Float(1 - moments.beta2), step_size: Float(step.learningRate / correction1),
            inverse_correction2: Float(1 / correction2.squareRoot()), epsilon: Float(moments.epsilon),
            weight_decay: decouples ? 0 : Float(weightDecay),
            decoupled_decay: decouples ? Float(step.learningRate * weightDecay) : 0,
            gradient_scale: step.gradientScale)
        winnow_adam(
            &constants, store.values.base, store.gradients.base, mean.base, meanSquare.base, store.count)
    }
}
