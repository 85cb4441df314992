internal import CKernels

/// How a layer's backward pass treats the gradient by its output.
enum OutputGradientUse {
    /// It reads it.
    case read
    /// It changes it in place; another value's gradient in the same memory is copied before.
    case overwritten
    /// It reads it and writes a changed one, which may be the same memory.
    case rewritten
}

/// How the gradient by a value that a layer takes comes about.
enum GradientRoute {
    /// The layer writes all of it.
    case written
    /// The layer writes all of it, and adds another consumer's part to it on the way.
    case added
    /// It is the gradient by the output, as the layer's backward pass leaves it.
    case passed
}

/// The memory that a layer's backward pass works on.
struct LayerGradients {
    /// The gradient by the output.
    let source: Arena.Buffer
    /// Where the layer changes that gradient: the same memory unless another value's gradient is in it too.
    let output: Arena.Buffer
    /// Where the layer writes the gradient by its input; nil where nobody asks for it.
    let input: Arena.Buffer?
    /// What the layer adds to the input's gradient.
    let addend: Arena.Buffer?
}

/// A layer's backward pass within a plan, and the sums that follow it.
///
/// A value's first consumer, from the last layer to the first, leaves its part as the value's gradient; the parts of
/// later ones are added to it here. A part that needs no change is handed on without a copy.
final class BackwardStep {
    let layer: any PlannedLayer
    /// All gradients that it reads or writes.
    let buffers: [Arena.Buffer]
    private let gradients: LayerGradients
    /// Whether the layer changes a copy of the output's gradient.
    private let copies: Bool
    private let sums: [Sum]

    /// destination = addend + part.
    private struct Sum {
        let destination: Arena.Buffer
        let addend: Arena.Buffer
        let part: Arena.Buffer
    }

    /// Nil where nobody asks for the gradient by the layer's output.
    init?(_ layer: any PlannedLayer, _ arena: Arena) throws(ComputeError) {
        guard let gradient = layer.output.gradient else { return nil }
        let source = gradient.buffer
        let use = layer.outputGradient
        let work = use != .read && gradient.isShared ? arena.reserve(floats: source.count) : source
        let routes = layer.inputGradients.filter(\.value.isDifferentiable)
        let isPassedTwice = routes.count { $0.route == .passed } > 1
        var (input, addend): (Arena.Buffer?, Arena.Buffer?)
        var sums: [Sum] = []
        for (value, route) in routes {
            if route == .passed, value.gradient == nil {
                value.adopt(work, isShared: isPassedTwice || (work === source && gradient.isShared))
                continue
            }
            let (destination, other) = value.contribute(arena)
            switch route {
            case .passed:
                sums.append(Sum(destination: destination, addend: other!, part: work))
            case .added:
                (input, addend) = (destination, other)
            case .written:
                let part = other == nil ? destination : arena.reserve(floats: destination.count)
                input = part
                if let other { sums.append(Sum(destination: destination, addend: other, part: part)) }
            }
        }
        self.layer = layer
        self.sums = sums
        gradients = LayerGradients(source: source, output: work, input: input, addend: addend)
        copies = use == .overwritten && work !== source
        buffers =
            [source, work] + [input, addend].compactMap(\.self) + sums.flatMap { [$0.destination, $0.addend, $0.part] }
        try layer.planBackward(gradients)
    }

    func run() throws(ComputeError) {
        if copies { gradients.output.base.update(from: gradients.source.base, count: gradients.source.count) }
        try layer.backward(gradients)
        for sum in sums {
            winnow_add_relu(sum.destination.base, sum.addend.base, sum.part.base, 0, sum.destination.count)
        }
    }
}
