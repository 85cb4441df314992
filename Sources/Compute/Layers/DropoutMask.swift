internal import Random

/// Which values, or which channels, a dropout layer has kept in the current step.
struct DropoutMask {
    let probability: Float
    /// What the kept ones are multiplied by.
    let scale: Float
    let kept: Arena.Buffer
    private let index: Int

    init(probability: Double, index: Int, count: Int, _ arena: Arena) {
        self.probability = Float(probability)
        scale = Float(1 / (1 - probability))
        self.index = index
        kept = arena.reserve(bytes: count)
    }

    /// One byte for each: whether it is kept.
    var bytes: UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(kept.base).assumingMemoryBound(to: UInt8.self)
    }

    /// Calls a kernel with the mask's place, and with the key and the counter of the step's draws.
    func draw(
        _ step: StepIdentity,
        _ kernel: (UnsafeMutablePointer<UInt8>, UnsafePointer<UInt32>, UnsafePointer<UInt32>) -> Void
    ) {
        let random = step.dropoutStream(index: index)
        withUnsafeBytes(of: random.generator.key) { key in
            withUnsafeBytes(of: random.counterHigh) { high in
                kernel(
                    bytes, key.baseAddress!.assumingMemoryBound(to: UInt32.self),
                    high.baseAddress!.assumingMemoryBound(to: UInt32.self))
            }
        }
    }
}
