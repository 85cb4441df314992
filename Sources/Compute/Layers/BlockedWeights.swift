internal import CDNNL

/// A parameter in the layout that a primitive wants, beside its plain layout in the store.
///
/// Where the two are the same, it is the store's memory itself, and there is nothing to copy.
final class BlockedWeights {
    enum Direction {
        /// Store to primitive: weights.
        case fromStore
        /// Primitive to store: weight gradients.
        case toStore
    }

    let layout: Layout
    private let plain: Layout
    private let stored: UnsafeMutablePointer<Float>
    private let buffer: Arena.Buffer?
    private let descriptor: PrimitiveDescriptor?
    private let direction: Direction
    private var copy: Primitive?

    init(
        _ direction: Direction, shape: [Int], stored: UnsafeMutablePointer<Float>, layout: Layout,
        context: PlanContext
    ) throws(ComputeError) {
        self.direction = direction
        self.layout = layout
        self.stored = stored
        plain = try Layout(rowMajor: shape)
        if layout == plain {
            buffer = nil
            descriptor = nil
        } else {
            buffer = context.arena.reserve(bytes: layout.bytes)
            descriptor =
                switch direction {
                case .fromStore: try context.reorder(from: plain, to: layout)
                case .toStore: try context.reorder(from: layout, to: plain)
                }
        }
    }

    /// Where the primitive reads or writes.
    var data: UnsafeMutablePointer<Float> { buffer?.base ?? stored }

    func bind(_ context: PlanContext) throws(ComputeError) {
        guard let descriptor else { return }
        let ends: (from: Primitive.Argument, to: Primitive.Argument) =
            switch direction {
            case .fromStore: ((DNNL_ARG_FROM, plain, stored), (DNNL_ARG_TO, layout, data))
            case .toStore: ((DNNL_ARG_FROM, layout, data), (DNNL_ARG_TO, plain, stored))
            }
        copy = try context.primitive(descriptor, [ends.from, ends.to])
    }

    /// Copies in the weights before, or the gradients after, the primitive runs.
    func synchronize() throws(ComputeError) {
        try copy?.execute()
    }
}
