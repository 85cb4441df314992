internal import CDNNL

/// A primitive of oneDNN within a plan: it chooses how its operands lie, and those that lie otherwise in the plan are
/// copied before or after it runs.
final class LibraryOperation {
    /// An operand as the plan has it.
    struct Operand {
        enum Flow {
            case read
            case written
        }

        /// Its number among the primitive's arguments (`DNNL_ARG_SRC`).
        let index: Int32
        /// What asks for the layout that the primitive chose; nil where there is no choice.
        let query: dnnl_query_t?
        let flow: Flow
        let layout: Layout
        /// Where it is, once the arena has been allocated.
        let base: () -> UnsafeMutablePointer<Float>

        init(
            _ index: Int32, _ query: dnnl_query_t?, _ flow: Flow, _ layout: Layout,
            base: @escaping () -> UnsafeMutablePointer<Float>
        ) {
            self.index = index
            self.query = query
            self.flow = flow
            self.layout = layout
            self.base = base
        }
    }

    /// An operand in the layout that the primitive chose.
    private struct Chosen {
        let operand: Operand
        let layout: Layout
        /// Nil where the plan's own memory serves.
        let copy: (buffer: Arena.Buffer, descriptor: PrimitiveDescriptor)?
    }

    private let descriptor: PrimitiveDescriptor
    private let context: PlanContext
    private let operands: [Chosen]
    private var primitives: [Primitive] = []

    init(_ descriptor: PrimitiveDescriptor, _ operands: [Operand], context: PlanContext) throws(ComputeError) {
        self.descriptor = descriptor
        self.context = context
        var all: [Chosen] = []
        for operand in operands {
            let layout = try operand.query.map { query throws(ComputeError) in try descriptor.layout(query) }
            guard let layout, layout != operand.layout else {
                all.append(Chosen(operand: operand, layout: operand.layout, copy: nil))
                continue
            }
            let reorder =
                operand.flow == .read
                ? try context.reorder(from: operand.layout, to: layout)
                : try context.reorder(from: layout, to: operand.layout)
            all.append(
                Chosen(operand: operand, layout: layout, copy: (context.arena.reserve(bytes: layout.bytes), reorder)))
        }
        self.operands = all
    }

    /// The copies' memory.
    var buffers: [Arena.Buffer?] { operands.map { $0.copy?.buffer } }

    func bind() throws(ComputeError) {
        var arguments: [Primitive.Argument] = []
        var (before, after): ([Primitive], [Primitive]) = ([], [])
        for chosen in operands {
            let operand = chosen.operand
            let (plan, library) = (operand.base(), chosen.copy?.buffer.base ?? operand.base())
            arguments.append((operand.index, chosen.layout, library))
            guard let copy = chosen.copy else { continue }
            switch operand.flow {
            case .read:
                before.append(
                    try context.primitive(
                        copy.descriptor,
                        [(DNNL_ARG_FROM, operand.layout, plan), (DNNL_ARG_TO, chosen.layout, library)]))
            case .written:
                after.append(
                    try context.primitive(
                        copy.descriptor,
                        [(DNNL_ARG_FROM, chosen.layout, library), (DNNL_ARG_TO, operand.layout, plan)]))
            }
        }
        primitives = before + [try context.primitive(descriptor, arguments)] + after
    }

    func execute() throws(ComputeError) {
        for primitive in primitives { try primitive.execute() }
    }
}
