import Architecture
import Compute
import Random
import Testing

@Suite("Mixed batches")
struct MixingTests {
    private static let (count, shape) = (5, Shape([2, 6, 4]))
    /// Sample i has the value i at all its places; no two have the same class.
    private static let images = ArraySource(
        featureCount: 48, task: .classification(classes: 5), features: (0..<240).map { Float($0 / 48) },
        classes: [0, 1, 2, 3, 4])

    private struct Mixed {
        let features: [Float]
        let partners: [Int]
        let share: Double
    }

    private func mix(_ mixing: Mixing, step: Int) throws -> Mixed {
        let batch = SampleBatch(capacity: 8, featureCount: 48, task: Self.images.task)
        batch.gather([0, 1, 2, 3, 4], step: 0, from: Self.images)
        var random = RandomStream(seed: 5, stream: .mixing, step: step)
        BatchMixer(mixing, capacity: 8, sample: Self.shape).mix(batch, using: &random)
        let mixed = batch.withContents { features, targets -> Mixed? in
            guard case .mixedClasses(let classes, let partners, let share) = targets else { return nil }
            #expect(Array(classes.prefix(5)) == Self.images.classes)
            return Mixed(features: Array(features.prefix(240)), partners: partners.map(Int.init), share: share)
        }
        return try #require(mixed)
    }

    @Test("mixup weighs each value with its partner's, and says which partner and at what share")
    func mixup() throws {
        for step in 0..<30 {
            let mixed = try mix(.mixup(alpha: 0.5), step: step)
            #expect(mixed.partners.sorted() == Array(0..<5))
            for (place, value) in mixed.features.enumerated() {
                let (own, other) = (Double(place / 48), Double(mixed.partners[place / 48]))
                #expect(abs(Double(value) - (mixed.share * own + (1 - mixed.share) * other)) < 1e-5)
            }
        }
    }

    @Test("cutmix pastes a box of the partner, the same for all channels and samples; the share is what is left")
    func cutmix() throws {
        var sizes: Set<Int> = []
        for step in 0..<60 {
            let mixed = try mix(.cutmix(alpha: 1), step: step)
            // Which pixels are the partner's, of the first sample that has another one than itself.
            guard let sample = (0..<5).first(where: { mixed.partners[$0] != $0 }) else { continue }
            let pasted = (0..<24).map { mixed.features[sample * 48 + $0] != Float(sample) }
            sizes.insert(pasted.count(where: { $0 }))
            #expect(abs(mixed.share - (1 - Double(pasted.count(where: { $0 })) / 24)) < 1e-12)
            for (place, value) in mixed.features.enumerated() {
                let expected = pasted[place % 24] ? mixed.partners[place / 48] : place / 48
                #expect(value == Float(expected))
            }
            let rows = (0..<6).filter { y in (0..<4).contains { pasted[4 * y + $0] } }
            let columns = (0..<4).filter { x in (0..<6).contains { pasted[4 * $0 + x] } }
            #expect(pasted.count(where: { $0 }) == rows.count * columns.count)
            if let last = rows.last { #expect(last - rows[0] + 1 == rows.count) }
        }
        #expect(sizes.count > 3)
    }

    @Test("a box has the share of the area that lambda leaves, and is cut off at the border")
    func box() {
        var random = RandomStream(seed: 1, stream: .mixing)
        for _ in 0..<500 {
            let box = CutBox(keeping: 0.75, height: 32, width: 24, using: &random)
            #expect((0...32).contains(box.rows.lowerBound) && box.rows.upperBound <= 32)
            #expect((0...24).contains(box.columns.lowerBound) && box.columns.upperBound <= 24)
            #expect(box.rows.count <= 16 && box.columns.count <= 12)
            #expect(box.share == 1 - Double(box.rows.count * box.columns.count) / 768)
            #expect(box.share >= 0.75)
        }
        let nothing = CutBox(keeping: 1, height: 32, width: 24, using: &random)
        #expect(nothing.share == 1 && nothing.rows.isEmpty)
    }

    @Test("the share is drawn from Beta(alpha, alpha)", arguments: [0.2, 1, 4])
    func share(alpha: Double) throws {
        let draws = 20_000
        let shares = try (0..<draws).map { try mix(.mixup(alpha: alpha), step: $0).share }
        func agrees(_ alpha: Double) -> Bool {
            // Of Beta(a, a): mean 1/2, variance 1 / (4 (2a + 1)), fourth central moment 3 / (16 (2a + 1) (2a + 3)).
            let variance = 1 / (4 * (2 * alpha + 1))
            let fourth = 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3))
            let n = Double(draws)
            let mean = shares.reduce(0, +) / n
            let spread = shares.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / n
            return abs(mean - 0.5) < 4 * (variance / n).squareRoot()
                && abs(spread - variance) < 4 * ((fourth - variance * variance) / n).squareRoot()
        }
        #expect(agrees(alpha))
        #expect(!agrees(alpha * 1.2))
    }

    @Test("target values are mixed themselves")
    func values() {
        let task = LearningTask.regression(outputs: 2)
        let source = ArraySource(
            featureCount: 1, task: task, features: [0, 1, 2, 3], values: [0, 0, 10, 1, 20, 2, 30, 3])
        let batch = SampleBatch(capacity: 6, featureCount: 1, task: task)
        for step in 0..<20 {
            batch.gather([0, 1, 2, 3], step: 0, from: source)
            var random = RandomStream(seed: 2, stream: .mixing, step: step)
            BatchMixer(.mixup(alpha: 1), capacity: 6, sample: [1]).mix(batch, using: &random)
            guard case .values(let values) = batch.targets else { continue }
            for sample in 0..<4 {
                // The feature is the sample's number, and mixed as the targets are.
                #expect(abs(values[2 * sample] - 10 * batch.features[sample]) < 1e-4)
                #expect(abs(values[2 * sample + 1] - batch.features[sample]) < 1e-5)
            }
        }
    }
}
