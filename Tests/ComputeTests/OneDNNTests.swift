import CDNNL
import Compute
import Glibc
import Testing

@Suite("oneDNN behind its shim")
struct OneDNNTests {
    @Test("runs in the version whose headers were compiled; WINNOW_TEST_ONEDNN says which that must be")
    func version() throws {
        let major = try #require(ComputeBackend.current().library.split(separator: ".").first)
        #expect(major == "\(DNNL_VERSION_MAJOR)")
        if let wanted = getenv("WINNOW_TEST_ONEDNN") {
            #expect(major == String(cString: wanted))
        }
    }

    @Test("knows this CPU's instruction set by name")
    func instructionSet() throws {
        let name = try ComputeBackend.current().instructionSet
        #expect(!name.isEmpty)
        #expect(name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && !name.hasPrefix("cpu_isa"))
    }

    @Test("pads blocked layouts to whole blocks, and tells them from row-major ones")
    func blockedLayouts() throws {
        let image: [dnnl_dim_t] = [2, 17, 5, 3]
        #expect(try bytes(image, dnnl_abcd) == 4 * 2 * 17 * 5 * 3)
        #expect(try bytes(image, dnnl_aBcd16b) == 4 * 2 * 32 * 5 * 3)
        let weights: [dnnl_dim_t] = [33, 17, 3, 3]
        #expect(try bytes(weights, dnnl_ABcd16b16a) == 4 * 48 * 32 * 9)
        #expect(try bytes(weights, dnnl_Abcd16a) == 4 * 48 * 17 * 9)

        try withLayout(image, dnnl_aBcd16b) { blocked in
            try withLayout(image, dnnl_aBcd16b) { #expect(winnow_layout_equal(blocked, $0) != 0) }
            try withLayout(image, dnnl_abcd) { #expect(winnow_layout_equal(blocked, $0) == 0) }
        }
    }

    private func bytes(_ dimensions: [dnnl_dim_t], _ tag: dnnl_format_tag_t) throws -> Int {
        try withLayout(dimensions, tag) { winnow_layout_size($0) }
    }

    private func withLayout<Result>(
        _ dimensions: [dnnl_dim_t], _ tag: dnnl_format_tag_t, _ body: (winnow_layout_t) throws -> Result
    ) throws -> Result {
        var layout: winnow_layout_t?
        #expect(winnow_layout_create(&layout, Int32(dimensions.count), dimensions, tag) == dnnl_success)
        let created = try #require(layout)
        defer { winnow_layout_destroy(created) }
        return try body(created)
    }
}
