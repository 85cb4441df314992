/// The memory of one plan: layers reserve buffers while they are planned, then everything is allocated at once.
final class Arena {
    /// A piece of the arena. Its address exists once the arena has been allocated.
    final class Buffer {
        let count: Int
        fileprivate let offset: Int
        fileprivate(set) var base: UnsafeMutablePointer<Float>!

        fileprivate init(count: Int, offset: Int) {
            self.count = count
            self.offset = offset
        }
    }

    private var buffers: [Buffer] = []
    private var reserved = 0
    private var memory: AlignedFloats?
    private var scratchBytes = 0
    /// Memory that every layer may write while it runs, and that none may expect to find again.
    private(set) var scratch: UnsafeMutablePointer<Float>!

    /// Reserves `count` floats, aligned to a cache line and zero at first.
    func reserve(floats count: Int) -> Buffer {
        precondition(memory == nil, "the arena is allocated already")
        let buffer = Buffer(count: count, offset: reserved)
        reserved += AlignedFloats.padded(count)
        buffers.append(buffer)
        return buffer
    }

    /// Reserves at least `count` bytes.
    func reserve(bytes count: Int) -> Buffer {
        let stride = MemoryLayout<Float>.stride
        return reserve(floats: (count + stride - 1) / stride)
    }

    /// Makes ``scratch`` at least `count` bytes large.
    func requireScratch(bytes count: Int) {
        scratchBytes = max(scratchBytes, count)
    }

    /// Gives every buffer its address.
    ///
    /// - Throws: ``ComputeError`` with `outOfMemory`.
    func allocate() throws(ComputeError) {
        let shared = reserve(bytes: scratchBytes)
        let memory = try AlignedFloats(count: reserved)
        for buffer in buffers {
            buffer.base = memory.base + buffer.offset
        }
        scratch = shared.base
        self.memory = memory
    }
}
