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
