internal import CDNNL

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
