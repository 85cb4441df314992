import Compute
import Testing

@Suite("The order of samples")
struct SamplerTests {
    /// Of 100, 20 and 5 samples of three classes.
    private static let source = ArraySource(
        featureCount: 1, task: .classification(classes: 3), features: Array(repeating: 0, count: 125),
        classes: Array(repeating: 0, count: 100) + Array(repeating: 1, count: 20) + Array(repeating: 2, count: 5))

    @Test("weighted, draws each class alike, and each of its samples alike, as many as there are")
    func weighted() throws {
        let members = try Self.source.membersOfClasses()
        #expect(members.map(\.count) == [100, 20, 5])
        var order = SampleOrder(count: 125, members: members, seed: 3)
        var frequencies = Frequencies(kinds: 125)
        for epoch in 1...2000 {
            let indices = order.indices(inEpoch: epoch)
            #expect(indices.count == 125)
            for index in indices { frequencies.add(index) }
        }
        let weights = Self.source.classes.map { 1 / (3 * [100.0, 20, 5][Int($0)]) }
        #expect(frequencies.agree(with: weights))
        #expect(!frequencies.agree(with: Array(repeating: 1.0 / 125, count: 125)))
        // 1 / n_c instead of which 1 / sqrt n_c: a weight that is often taken.
        let roots = Self.source.classes.map { 1 / [100.0, 20, 5][Int($0)].squareRoot() }
        #expect(!frequencies.agree(with: roots.map { $0 / roots.reduce(0, +) }))
    }

    @Test("is fixed by seed and epoch alone", arguments: [true, false])
    func fixed(isWeighted: Bool) throws {
        let members = isWeighted ? try Self.source.membersOfClasses() : nil
        var (first, second) = (
            SampleOrder(count: 125, members: members, seed: 3), SampleOrder(count: 125, members: members, seed: 3)
        )
        let third = second.indices(inEpoch: 3)
        #expect(first.indices(inEpoch: 2) == second.indices(inEpoch: 2))
        #expect(first.indices(inEpoch: 3) == third)
        #expect(first.indices(inEpoch: 2) != third)
        var other = SampleOrder(count: 125, members: members, seed: 4)
        #expect(other.indices(inEpoch: 3) != third)
    }

    @Test("uniform, takes every sample once")
    func uniform() {
        var order = SampleOrder(count: 125, members: nil, seed: 3)
        #expect(order.indices(inEpoch: 1).sorted() == Array(0..<125))
    }

    @Test("of unlabelled samples walks through permutations in whole batches")
    func unlabelled() {
        var order = UnlabelledOrder(count: 23, batchSize: 5, seed: 1)
        for pass in 0..<3 {
            let batches = (0..<4).map { order.indices(inStep: 4 * pass + $0) }
            #expect(batches.allSatisfy { $0.count == 5 })
            #expect(Set(batches.joined()).count == 20)
        }
        var again = UnlabelledOrder(count: 23, batchSize: 5, seed: 1)
        #expect(again.indices(inStep: 9) == order.indices(inStep: 9))
        #expect(order.indices(inStep: 0) != order.indices(inStep: 4))
        var small = UnlabelledOrder(count: 3, batchSize: 5, seed: 1)
        for step in 0..<4 { #expect(small.indices(inStep: step).sorted() == [0, 1, 2]) }
    }
}
