import Random
import Testing

@Suite("Random streams")
struct RandomStreamTests {
    private func words(_ stream: RandomStream) -> [UInt32] {
        var stream = stream
        return (0..<9).map { _ in stream.nextWord() }
    }

    @Test("repeat with the same coordinates, and differ when any of them does")
    func coordinates() {
        let reference = words(RandomStream(seed: 1, stream: .dropout, index: 2, step: 3))
        #expect(words(RandomStream(seed: 1, stream: .dropout, index: 2, step: 3)) == reference)
        for other in [
            RandomStream(seed: 1 << 32 | 1, stream: .dropout, index: 2, step: 3),
            RandomStream(seed: 1, stream: .shuffle, index: 2, step: 3),
            RandomStream(seed: 1, stream: .dropout, index: 1, step: 3),
            RandomStream(seed: 1, stream: .dropout, index: 2, step: 4),
        ] {
            #expect(words(other) != reference)
        }
    }

    @Test("number their purposes apart")
    func purposes() {
        let numbers = RandomStream.Purpose.allCases.map(\.rawValue)
        #expect(Set(numbers).count == numbers.count)
        #expect(numbers.allSatisfy { (1..<256).contains($0) })
    }

    @Test("draw every integer below a bound about equally often")
    func integers() {
        var random = RandomStream(seed: 7, stream: .search)
        let draws = 60_000
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<draws { counts[random.uniformInt(below: 6)] += 1 }
        // Four standard errors of a binomial count.
        let expected = Double(draws) / 6
        let tolerance = 4 * (expected * 5 / 6).squareRoot()
        for count in counts { #expect(abs(Double(count) - expected) < tolerance) }
    }

    @Test("permute without losing anything, and not to the identity")
    func permutation() {
        var random = RandomStream(seed: 7, stream: .shuffle)
        let order = random.permutation(of: 500)
        #expect(order.sorted() == Array(0..<500))
        #expect(order != Array(0..<500))
        #expect(random.permutation(of: 0) == [])
    }

    @Test("keep uniform numbers within [0, 1), with the right mean")
    func uniform() {
        var random = RandomStream(seed: 11, stream: .search)
        let draws = (0..<50_000).map { _ in random.uniformDouble() }
        #expect(draws.allSatisfy { (0..<1).contains($0) })
        let mean = draws.reduce(0, +) / Double(draws.count)
        #expect(abs(mean - 0.5) < 4 / (12 * Double(draws.count)).squareRoot())
        #expect((0..<50_000).allSatisfy { _ in (0..<1).contains(random.uniformFloat()) })
    }
}
