internal import Glibc

/// The memory of one plan: layers reserve buffers and say when they use them; then everything is laid out at once, and
/// buffers that are never needed at the same time share memory.
package final class Arena {
    /// A piece of the arena. Its address exists once the arena has been allocated.
    package final class Buffer {
        package let count: Int
        /// From its first use to its last, in the plan's time; nil while nobody has used it.
        fileprivate var lifetime: ClosedRange<Int>?
        fileprivate var offset = 0
        package fileprivate(set) var base: UnsafeMutablePointer<Float>!

        fileprivate init(count: Int) {
            self.count = count
        }

        /// Says that it holds something at `time`, as at all times between this and its other uses.
        package func use(at time: Int) {
            lifetime = lifetime.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
        }
    }

    /// Floats that the buffers of ``allocate()`` took, without the scratch memory.
    package private(set) var size = 0

    private let sharesMemory: Bool
    private var buffers: [Buffer] = []
    private var memory: AlignedFloats?
    private var scratchFloats = 0
    private var scratchOffset = 0

    /// - Parameter sharesMemory: whether buffers may lie in the same place; without that, results show whether lifetimes
    ///   are what they should be.
    package init(sharesMemory: Bool = true) {
        self.sharesMemory = sharesMemory
    }

    /// Reserves `count` floats, aligned to a cache line. What they hold at first is anyone's.
    package func reserve(floats count: Int) -> Buffer {
        precondition(memory == nil, "the arena is allocated already")
        let buffer = Buffer(count: count)
        buffers.append(buffer)
        return buffer
    }

    /// Reserves at least `count` bytes.
    func reserve(bytes count: Int) -> Buffer {
        let stride = MemoryLayout<Float>.stride
        return reserve(floats: (count + stride - 1) / stride)
    }

    /// Makes ``scratch`` at least `count` floats large.
    func requireScratch(floats count: Int) {
        scratchFloats = max(scratchFloats, count)
    }

    /// Memory that every layer may write while it runs, and that none may expect to find again.
    var scratch: UnsafeMutablePointer<Float> { memory!.base + scratchOffset }

    /// Gives every buffer its address. The largest are placed first, each at the lowest place where it meets no other
    /// one that lives at the same time.
    ///
    /// - Throws: ``ComputeError`` with `outOfMemory`.
    package func allocate() throws(ComputeError) {
        var placed: [Buffer] = []
        var end = 0
        for buffer in buffers.filter({ $0.lifetime != nil }).sorted(by: { $0.count > $1.count }) {
            let contemporaries = placed.filter { !sharesMemory || $0.lifetime!.overlaps(buffer.lifetime!) }
                .sorted { $0.offset < $1.offset }
            for other in contemporaries {
                if buffer.offset + AlignedFloats.padded(buffer.count) <= other.offset { break }
                buffer.offset = max(buffer.offset, other.offset + AlignedFloats.padded(other.count))
            }
            placed.append(buffer)
            end = max(end, buffer.offset + AlignedFloats.padded(buffer.count))
        }
        scratchOffset = end
        size = end
        let memory = try AlignedFloats(count: end + scratchFloats)
        for buffer in placed {
            buffer.base = memory.base + buffer.offset
        }
        self.memory = memory
    }
}

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
