/// The counter-based generator Philox4x32-10.
///
/// A block of four 32-bit words is a pure function of a 64-bit key and a 128-bit counter, so any draw can be
/// replayed, in any order and on any thread, from its coordinates alone.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11.
public struct Philox4x32: Hashable, Sendable {
    /// The 64-bit key, low word first.
    public let key: SIMD2<UInt32>

    public init(key: SIMD2<UInt32>) {
        self.key = key
    }

    /// The block at `counter`.
    @inlinable
    public func block(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
        var c = counter
        var k = key
        for round in 0..<10 {
            if round > 0 {
                k = k &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
            }
            let p0 = UInt64(c.x) &* 0xD251_1F53
            let p1 = UInt64(c.z) &* 0xCD9E_8D57
            c = SIMD4(
                UInt32(truncatingIfNeeded: p1 >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: p1),
                UInt32(truncatingIfNeeded: p0 >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: p0))
        }
        return c
    }
}
