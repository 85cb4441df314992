/// One operation of a plan: made from shapes, bound to memory once, then run step after step.
protocol PlannedLayer: AnyObject {
    /// The layer's name in the model.
    var name: String { get }
    /// What it computes, for a reader: "convolution (winograd)".
    var kind: String { get }
    var output: Value { get }

    /// Reserves what the backward pass needs. Layers are asked from the last to the first, so that the output's
    /// gradient is complete when a layer adds its part to its input's.
    func planBackward() throws(ComputeError)

    /// The buffers that each direction reads or writes; asked after ``planBackward()``.
    var footprint: Footprint { get }

    /// Makes what needs addresses; called once, after the arena has been allocated.
    func bind() throws(ComputeError)

    /// Computes the output's values from the input's.
    func forward(_ step: StepIdentity) throws(ComputeError)

    /// Computes the parameters' gradients, and the input's where it is wanted, from the output's.
    func backward() throws(ComputeError)
}

extension PlannedLayer {
    func bind() throws(ComputeError) {}
}

/// The memory that a layer touches.
struct Footprint {
    var forward: [Arena.Buffer]
    var backward: [Arena.Buffer] = []

    /// - Parameter backward: nil for what a layer turned out not to need.
    init(forward: [Arena.Buffer?], backward: [Arena.Buffer?] = []) {
        self.forward = forward.compactMap(\.self)
        self.backward = backward.compactMap(\.self)
    }
}
