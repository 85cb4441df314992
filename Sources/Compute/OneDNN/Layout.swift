internal import CDNNL

/// How a tensor lies in memory: oneDNN's memory descriptor, row-major or blocked by channels.
final class Layout {
    let handle: winnow_layout_t

    init(owning handle: winnow_layout_t) {
        self.handle = handle
    }

    deinit {
        winnow_layout_destroy(handle)
    }

    /// A row-major tensor of 1, 2 or 4 dimensions.
    convenience init(rowMajor dimensions: [Int]) throws(ComputeError) {
        let tags = [1: dnnl_a, 2: dnnl_ab, 4: dnnl_abcd]
        try self.init(dimensions, tag: tags[dimensions.count]!)
    }

    /// A tensor whose layout the primitive is free to choose.
    convenience init(chosenByPrimitive dimensions: [Int]) throws(ComputeError) {
        try self.init(dimensions, tag: dnnl_format_tag_any)
    }

    /// A value as it lies in a plan.
    convenience init(_ value: Value) throws(ComputeError) {
        switch value.arrangement {
        case .rowMajor: try self.init(rowMajor: value.dimensions)
        case .blocked: try self.init(value.dimensions, tag: dnnl_aBcd16b)
        }
    }

    /// A parameter as it lies in the store.
    convenience init(_ parameter: Parameter) throws(ComputeError) {
        switch parameter.order {
        case .plain: try self.init(rowMajor: parameter.shape)
        case .blocked: try self.init(parameter.shape, tag: dnnl_ABcd16b16a)
        case .blockedOutputs: try self.init(parameter.shape, tag: dnnl_Abcd16a)
        }
    }

    private convenience init(_ dimensions: [Int], tag: dnnl_format_tag_t) throws(ComputeError) {
        var handle: winnow_layout_t?
        try check(
            winnow_layout_create(&handle, Int32(dimensions.count), dimensions.map(dnnl_dim_t.init), tag),
            "describe a tensor of \(dimensions)")
        self.init(owning: handle!)
    }

    /// Bytes that a tensor of this layout takes, padding of blocked channels included.
    var bytes: Int {
        Int(winnow_layout_size(handle))
    }

    static func == (a: Layout, b: Layout) -> Bool {
        winnow_layout_equal(a.handle, b.handle) != 0
    }

    static func != (a: Layout, b: Layout) -> Bool {
        !(a == b)
    }
}
