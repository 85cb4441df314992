internal import CDNNL

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
