internal import Random

/// Which step of training is computed: with a layer's index it fixes every random draw of the step.
struct StepIdentity {
    /// A step goes over its labelled batch, then over the unlabelled one, where there is one.
    enum Pass {
        case labelled
        case unlabelled
    }

    let seed: UInt64
    let step: Int
    var pass = Pass.labelled

    /// What a dropout layer's mask is drawn from; the two batches' masks have nothing to do with each other.
    func dropoutStream(index: Int) -> RandomStream {
        RandomStream(
            seed: seed, stream: pass == .labelled ? .dropout : .unlabelledDropout, index: index, step: step)
    }
}
