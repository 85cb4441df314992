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

    /// Channels that lie side by side: 1 for row-major images, 8 or 16 for blocked ones, 0 for anything else.
    var channelBlock: Int {
        Int(winnow_layout_channel_block(handle))
    }

    static func == (a: Layout, b: Layout) -> Bool {
        winnow_layout_equal(a.handle, b.handle) != 0
    }

    static func != (a: Layout, b: Layout) -> Bool {
        !(a == b)
    }
}
