internal import CDNNL

/// A primitive before it is made: the algorithm and the layouts that oneDNN chose.
final class PrimitiveDescriptor {
    let handle: dnnl_primitive_desc_t
    let operation: String

    /// Asks oneDNN for a primitive; `create` gets the place for the result and attributes with a user's scratchpad.
    init(
        _ operation: String,
        _ create: (inout dnnl_primitive_desc_t?, dnnl_primitive_attr_t?) throws(ComputeError) -> dnnl_status_t
    ) throws(ComputeError) {
        var attributes: dnnl_primitive_attr_t?
        try check(winnow_user_scratchpad(&attributes), "\(operation): attributes")
        defer { dnnl_primitive_attr_destroy(attributes) }
        var handle: dnnl_primitive_desc_t?
        try check(try create(&handle, attributes), operation)
        self.handle = handle!
        self.operation = operation
    }

    deinit {
        dnnl_primitive_desc_destroy(handle)
    }

    /// The layout that oneDNN chose for an argument.
    func layout(_ query: dnnl_query_t) throws(ComputeError) -> Layout {
        var layout: winnow_layout_t?
        try check(winnow_chosen_layout(&layout, handle, query), "\(operation): layout")
        return Layout(owning: layout!)
    }

    /// Bytes of scratch memory that the primitive works in.
    var scratchBytes: Int {
        get throws(ComputeError) {
            try layout(dnnl_query_scratchpad_md).bytes
        }
    }
}

/// A primitive with its arguments bound once: executing it looks nothing up and allocates nothing.
final class Primitive {
    private let operation: String
    private let device: Device
    private let handle: dnnl_primitive_t
    private let arguments: UnsafeMutableBufferPointer<dnnl_exec_arg_t>

    /// An argument's number (`DNNL_ARG_SRC`), how it lies, and where.
    typealias Argument = (index: Int32, layout: Layout, data: UnsafeMutablePointer<Float>)

    init(
        _ descriptor: PrimitiveDescriptor, on device: Device, arguments: [Argument],
        scratch: UnsafeMutablePointer<Float>
    ) throws(ComputeError) {
        let all = arguments + [(DNNL_ARG_SCRATCHPAD, try descriptor.layout(dnnl_query_scratchpad_md), scratch)]
        var handle: dnnl_primitive_t?
        try check(dnnl_primitive_create(&handle, descriptor.handle), "\(descriptor.operation): create")
        self.handle = handle!
        self.device = device
        operation = descriptor.operation
        self.arguments = .allocate(capacity: all.count)
        self.arguments.initialize(repeating: dnnl_exec_arg_t(arg: 0, memory: nil))
        for (place, argument) in all.enumerated() {
            var memory: dnnl_memory_t?
            try check(
                winnow_memory_create(&memory, argument.layout.handle, device.engine, argument.data),
                "\(operation): argument \(argument.index)")
            self.arguments[place] = dnnl_exec_arg_t(arg: argument.index, memory: memory)
        }
    }

    deinit {
        for argument in arguments where argument.memory != nil {
            dnnl_memory_destroy(argument.memory)
        }
        arguments.deallocate()
        dnnl_primitive_destroy(handle)
    }

    /// Runs the primitive; on one thread it is done when this returns.
    func execute() throws(ComputeError) {
        try check(
            dnnl_primitive_execute(handle, device.stream, Int32(arguments.count), arguments.baseAddress), operation)
    }
}

extension PlanContext {
    /// Asks oneDNN for a primitive and reserves the scratch memory that it will work in.
    func describe(
        _ operation: String,
        _ create: (inout dnnl_primitive_desc_t?, dnnl_primitive_attr_t?) throws(ComputeError) -> dnnl_status_t
    ) throws(ComputeError) -> PrimitiveDescriptor {
        let descriptor = try PrimitiveDescriptor(operation, create)
        arena.requireScratch(floats: (try descriptor.scratchBytes + 3) / 4)
        return descriptor
    }

    /// A copy from one layout into another.
    func reorder(from source: Layout, to destination: Layout) throws(ComputeError) -> PrimitiveDescriptor {
        try describe("reorder") { result, attributes in
            winnow_reorder(&result, device.engine, attributes, source.handle, destination.handle)
        }
    }

    /// Makes a primitive once the arena has been allocated.
    func primitive(
        _ descriptor: PrimitiveDescriptor, _ arguments: [Primitive.Argument]
    ) throws(ComputeError) -> Primitive {
        try Primitive(descriptor, on: device, arguments: arguments, scratch: arena.scratch)
    }
}
