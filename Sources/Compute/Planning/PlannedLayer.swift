/// One operation of a plan: made from shapes, bound to memory once, then run step after step.
protocol PlannedLayer: AnyObject {
    var output: Activation { get }

    /// Makes what needs addresses; called once, after the arena has been allocated.
    func bind() throws(ComputeError)

    /// Computes the output's values from the input's.
    func forward(_ step: StepIdentity) throws(ComputeError)

    /// Computes the parameters' gradients, and the input's where it has one, from the output's.
    func backward() throws(ComputeError)
}

extension PlannedLayer {
    func bind() throws(ComputeError) {}
}

/// Which step of training is computed: with a layer's index it fixes every random draw of the step.
struct StepIdentity {
    let seed: UInt64
    let step: Int
}
