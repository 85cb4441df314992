internal import CKernels

/// A layer's part of the gradient by its input, for a layer that writes all of it: straight to its destination, or,
/// where another consumer of the input has left a part there, to memory of its own that is then added.
struct GradientPart {
    /// Where the layer writes its part.
    let target: Arena.Buffer
    private let destination: Arena.Buffer
    private let addend: Arena.Buffer?

    /// Nil where nobody asks for the input's gradient.
    init?(to input: Value, _ arena: Arena) {
        guard input.isDifferentiable else { return nil }
        (destination, addend) = input.contribute(arena)
        target = addend == nil ? destination : arena.reserve(floats: destination.count)
    }

    var buffers: [Arena.Buffer?] { [target, destination, addend] }

    /// Adds the part to what was there.
    func finish() {
        guard let addend else { return }
        winnow_add_relu(destination.base, addend.base, target.base, 0, destination.count)
    }
}

/// The way of a gradient through a layer that changes it in place.
struct GradientPassage {
    /// The gradient by the output, to be made that by the input.
    let work: Arena.Buffer
    private let source: Arena.Buffer
    private let sum: (destination: Arena.Buffer, addend: Arena.Buffer)?

    /// Nil where nobody asks for the gradient.
    init?(from output: Value, to input: Value, _ arena: Arena) {
        guard input.isDifferentiable, let gradient = output.gradient else { return nil }
        source = gradient.buffer
        work = gradient.isShared ? arena.reserve(floats: source.count) : source
        if input.gradient == nil {
            input.adopt(work, isShared: false)
            sum = nil
        } else {
            let (destination, addend) = input.contribute(arena)
            sum = (destination, addend!)
        }
    }

    var buffers: [Arena.Buffer?] { [source, work, sum?.destination, sum?.addend] }

    /// Runs `kernel` on the gradient, whose memory it gets.
    func run(_ kernel: (UnsafeMutablePointer<Float>) -> Void) {
        if work !== source { work.base.update(from: source.base, count: source.count) }
        kernel(work.base)
        if let sum { winnow_add_relu(sum.destination.base, sum.addend.base, work.base, 0, work.count) }
    }
}

/// The gradient by what a layer computed before its ReLU, in the output's gradient where nobody else needs that.
struct MaskedGradient {
    let buffer: Arena.Buffer
    private let source: Arena.Buffer
    private let output: Value
    private let relu: Bool

    /// Nil where nobody asks for the output's gradient.
    init?(of output: Value, relu: Bool, _ arena: Arena) {
        guard let gradient = output.gradient else { return nil }
        source = gradient.buffer
        buffer = relu && gradient.isShared ? arena.reserve(floats: source.count) : source
        self.output = output
        self.relu = relu
    }

    var buffers: [Arena.Buffer?] { [source, buffer, relu ? output.buffer : nil] }

    func compute() {
        if buffer !== source { buffer.base.update(from: source.base, count: source.count) }
        if relu { winnow_relu_backward(output.base, buffer.base, buffer.count) }
    }
}
