import Compute
import Random
import Testing

@Suite("Disturbed targets")
struct DisturbanceTests {
    private static let classes = 10

    /// How often the label 3 became each class.
    private func frequencies(alpha: Double, draws: Int = 200_000) -> (Frequencies, kept: Int) {
        let batch = SampleBatch(
            capacity: 1000, featureCount: 1, task: .classification(classes: Self.classes))
        let source = ArraySource(
            featureCount: 1, task: .classification(classes: Self.classes), features: Array(repeating: 0, count: 1000),
            classes: Array(repeating: 3, count: 1000))
        var frequencies = Frequencies(kinds: Self.classes)
        var kept = 0
        let all = Array(0..<1000)
        for step in 0..<draws / 1000 {
            batch.gather(all[...], step: step, from: source)
            var random = RandomStream(seed: 17, stream: .disturbance, step: step)
            kept += TargetDisturbance.labels(alpha: alpha).disturb(batch, task: source.task, using: &random)
            guard case .classes(let labels) = batch.targets else { continue }
            for label in labels { frequencies.add(Int(label)) }
        }
        return (frequencies, kept)
    }

    private func probabilities(alpha: Double) -> [Double] {
        let stays = 1 - 0.9 * alpha / 100
        return (0..<Self.classes).map { $0 == 3 ? stays : (1 - stays) / 9 }
    }

    @Test("labels stay and change as often as DisturbLabel says", arguments: [0, 10, 30, 100])
    func labels(alpha: Double) {
        let (frequencies, kept) = frequencies(alpha: alpha)
        #expect(frequencies.agree(with: probabilities(alpha: alpha)), "\(frequencies.counts)")
        #expect(kept == frequencies.counts[3])
    }

    @Test("at 30 percent they stay with 0.73 and become each other class with 0.03; nothing near that passes")
    func plantedError() {
        let (frequencies, _) = frequencies(alpha: 30)
        let right = (0..<Self.classes).map { $0 == 3 ? 0.73 : 0.03 }
        #expect(frequencies.agree(with: right))
        // All classes drawn alike, the true one among them, at 30 percent of the labels; or a single p_i that is off.
        #expect(!frequencies.agree(with: (0..<Self.classes).map { $0 == 3 ? 0.70 : 0.30 / 9 }))
        var wrong = right
        (wrong[5], wrong[6]) = (0.033, 0.027)
        #expect(!frequencies.agree(with: wrong))
    }

    @Test("a class that does not exist is left for the loss to refuse")
    func foreignClass() {
        let batch = SampleBatch(capacity: 1, featureCount: 1, task: .classification(classes: 2))
        let source = ArraySource(
            featureCount: 1, task: .classification(classes: 2), features: [0], classes: [7])
        for step in 0..<50 {
            batch.gather([0], step: step, from: source)
            var random = RandomStream(seed: 1, stream: .disturbance, step: step)
            _ = TargetDisturbance.labels(alpha: 100).disturb(batch, task: source.task, using: &random)
            guard case .classes(let labels) = batch.targets else { continue }
            #expect(labels[0] == 7)
        }
    }

    @Test("values take normal noise of the scale, at the fraction")
    func values() {
        let (count, steps, scale, fraction) = (1000, 100, 0.05, 0.3)
        let task = LearningTask.regression(outputs: 2)
        let batch = SampleBatch(capacity: count, featureCount: 1, task: task)
        let source = ArraySource(
            featureCount: 1, task: task, features: Array(repeating: 0, count: count),
            values: Array(repeating: 1, count: 2 * count))
        var noise: [Double] = []
        let all = Array(0..<count)
        for step in 0..<steps {
            batch.gather(all[...], step: step, from: source)
            var random = RandomStream(seed: 23, stream: .disturbance, step: step)
            _ = TargetDisturbance.values(scale: scale, fraction: fraction)
                .disturb(batch, task: task, using: &random)
            guard case .values(let values) = batch.targets else { continue }
            noise += values.filter { $0 != 1 }.map { Double($0) - 1 }
        }
        let draws = Double(2 * count * steps)
        #expect(abs(Double(noise.count) - draws * fraction) < 4 * (draws * fraction * (1 - fraction)).squareRoot())
        let n = Double(noise.count)
        let mean = noise.reduce(0, +) / n
        let variance = noise.reduce(0) { $0 + $1 * $1 } / n
        #expect(abs(mean) < 4 * scale / n.squareRoot())
        #expect(abs(variance / (scale * scale) - 1) < 4 * (2 / n).squareRoot())
    }
}
