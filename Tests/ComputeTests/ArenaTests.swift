import Compute
import TestSupport
import Testing

@Suite("An arena")
struct ArenaTests {
    /// Buffers of random sizes, each used at a few random times.
    private func drawn(
        _ arena: Arena, using random: inout SplitMix64
    ) -> [(buffer: Arena.Buffer, lifetime: ClosedRange<Int>)] {
        (0..<Int.random(in: 1...40, using: &random)).map { _ in
            let buffer = arena.reserve(floats: Int.random(in: 0...200, using: &random))
            let times = (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: -1...30, using: &random) }
            for time in times { buffer.use(at: time) }
            return (buffer, times.min()!...times.max()!)
        }
    }

    @Test("keeps apart what lives at the same time", arguments: [true, false], SeededCases(200))
    func disjoint(sharesMemory: Bool, testCase: SeededCase) throws {
        var random = testCase.random
        let arena = Arena(sharesMemory: sharesMemory)
        let all = drawn(arena, using: &random)
        try arena.allocate()
        for (index, (a, aLife)) in all.enumerated() {
            #expect(Int(bitPattern: a.base) % 64 == 0)
            for (b, bLife) in all[..<index] where aLife.overlaps(bLife) || !sharesMemory {
                #expect(a.base + a.count <= b.base || b.base + b.count <= a.base)
            }
        }
    }

    @Test("holds what was written, from a buffer's first use to its last", arguments: SeededCases(50))
    func contents(testCase: SeededCase) throws {
        var random = testCase.random
        let arena = Arena()
        let all = drawn(arena, using: &random)
        try arena.allocate()
        for time in -1...30 {
            for (index, (buffer, lifetime)) in all.enumerated() where lifetime.lowerBound == time {
                buffer.base.update(repeating: Float(index), count: buffer.count)
            }
            for (index, (buffer, lifetime)) in all.enumerated() where lifetime.contains(time) {
                #expect((0..<buffer.count).allSatisfy { buffer.base[$0] == Float(index) })
            }
        }
    }

    @Test("takes no more than what lives at the fullest time, where one follows the other")
    func size() throws {
        let chain = Arena()
        for time in 0..<50 {
            let buffer = chain.reserve(floats: 160)
            buffer.use(at: time)
            buffer.use(at: time + 1)
        }
        try chain.allocate()
        #expect(chain.size == 2 * 160)
    }
}
