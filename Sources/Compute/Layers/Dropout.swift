internal import CKernels
internal import Random

/// y = x m / (1 - p) with m zero at the probability p, in place, in training only.
///
/// The mask is drawn from (seed, layer, step), so a step can be replayed. A ReLU before it may work in the same
/// memory: where its output is overwritten by a zero, the gradient that reaches it is zero too.
///
/// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.
final class Dropout: PlannedLayer {
    let output: Activation
    private let probability: Float
    private let scale: Float
    private let index: Int
    private let kept: Arena.Buffer

    init(probability: Double, index: Int, input: Activation, context: PlanContext) {
        self.probability = Float(probability)
        scale = Float(1 / (1 - probability))
        self.index = index
        output = input
        kept = context.arena.reserve(bytes: input.count)
    }

    func forward(_ step: StepIdentity) {
        let random = RandomStream(seed: step.seed, stream: .dropout, index: index, step: step.step)
        var key = random.generator.key
        var high = random.counterHigh
        withUnsafeBytes(of: &key) { key in
            withUnsafeBytes(of: &high) { high in
                winnow_dropout_forward(
                    output.values.base, mask, output.count, probability, scale,
                    key.baseAddress!.assumingMemoryBound(to: UInt32.self),
                    high.baseAddress!.assumingMemoryBound(to: UInt32.self))
            }
        }
    }

    func backward() {
        guard let gradient = output.gradient else { return }
        winnow_dropout_backward(mask, gradient.base, output.count, scale)
    }

    private var mask: UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(kept.base).assumingMemoryBound(to: UInt8.self)
    }
}
