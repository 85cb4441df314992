internal import Glibc

/// Zeroed floats at a 64-byte boundary, freed with the object.
///
/// The alignment is a cache line and an AVX-512 register: results must not depend on where memory happened to lie.
final class AlignedFloats {
    static let alignment = 64
    private static let hugePage = 2 << 20
    static let floatsPerLine = alignment / MemoryLayout<Float>.stride

    let base: UnsafeMutablePointer<Float>
    let count: Int

    /// - Throws: ``ComputeError`` with `outOfMemory`.
    init(count: Int) throws(ComputeError) {
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let alignment = bytes < Self.hugePage ? Self.alignment : Self.hugePage
        let rounded = (bytes + Self.alignment - 1) / Self.alignment * Self.alignment
        var memory: UnsafeMutableRawPointer?
        // `aligned_alloc` would have the size be a multiple of the alignment (C11, 7.22.3.1).
        guard posix_memalign(&memory, alignment, rounded) == 0, let memory else {
            throw ComputeError(.outOfMemory, "allocate \(rounded) bytes", "the system has no memory left")
        }
        // Large pages spare the kernels address look-ups; where there are none, it stays as it is.
        if bytes >= Self.hugePage { madvise(memory, rounded, MADV_HUGEPAGE) }
        memset(memory, 0, rounded)
        base = memory.bindMemory(to: Float.self, capacity: rounded / MemoryLayout<Float>.stride)
        self.count = count
    }

    deinit {
        free(base)
    }

    /// `count` rounded up to whole cache lines.
    static func padded(_ count: Int) -> Int {
        (count + floatsPerLine - 1) / floatsPerLine * floatsPerLine
    }
}
