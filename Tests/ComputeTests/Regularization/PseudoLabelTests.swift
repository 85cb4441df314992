import Architecture
import Compute
import Testing

@Suite("Pseudo-labels")
struct PseudoLabelTests {
    @Test("weigh nothing before the ramp, all behind it, and a share between")
    func ramp() {
        func weights(_ start: Int, _ end: Int) -> [Double] {
            let labels = PseudoLabelling(
                unlabelled: ArraySource.halves(count: 1, side: 2, seed: 1), labels: .online, batchSize: 1, alpha: 3,
                rampStart: start, rampEnd: end)
            return (1...7).map { labels.weight(inEpoch: $0) }
        }
        #expect(weights(2, 5) == [0, 0, 1, 2, 3, 3, 3])
        #expect(weights(3, 3) == [0, 0, 3, 3, 3, 3, 3])
        #expect(weights(0, 2) == [1.5, 3, 3, 3, 3, 3, 3])
    }

    @Test("are neither computed nor seen while they weigh nothing")
    func weightless() throws {
        let without = try RecipeRun(Technique.all[0]).finish()
        let with = try RecipeRun(
            Technique(
                testDescription: "", recipe: TrainingRecipe(pseudoLabels: Technique.pseudoLabels(.online, alpha: 0)))
        ).finish()
        #expect(with.bits == without.bits)
        #expect(with.epochs.allSatisfy { $0.pseudoLabels == PseudoLabelSummary(weight: 0) })
        #expect(without.epochs.allSatisfy { $0.pseudoLabels == nil })
    }

    @Test("are told of by weight, loss and how many were right where the truth is known")
    func summary() throws {
        let online = try RecipeRun(
            Technique(testDescription: "", recipe: TrainingRecipe(pseudoLabels: Technique.pseudoLabels(.online)))
        ).finish().epochs.map(\.pseudoLabels)
        #expect(online.map { $0?.weight } == [0, 0.4, 0.8, 0.8])
        #expect(online.map { $0?.loss != nil } == [false, true, true, true])
        for epoch in online.dropFirst() {
            let accuracy = try #require(epoch?.accuracy)
            #expect((0...1).contains(accuracy))
        }
        let given = try RecipeRun(
            Technique(testDescription: "", recipe: TrainingRecipe(pseudoLabels: Technique.pseudoLabels(.given)))
        ).finish().epochs.map(\.pseudoLabels)
        #expect(given.map { $0?.loss != nil } == [false, true, true, true])
        #expect(given.allSatisfy { $0?.accuracy == nil })
    }

    @Test("are held against the truth where it is known, and counted nowhere else")
    func known() throws {
        var labels = Technique.pseudoLabels(.online)
        let run = try RecipeRun(Technique(testDescription: "", recipe: TrainingRecipe(pseudoLabels: labels)))
        let sums = try run.stop(inEpoch: 2, atStep: 3).position.unlabelled
        var order = UnlabelledOrder(count: 23, batchSize: 10, seed: 5)
        let samples = (5..<8).flatMap { order.indices(inStep: $0) }
        #expect(sums.sampleCount == samples.count)
        #expect(sums.known == samples.count { $0 % 4 != 0 })
        #expect(sums.right <= sums.known)

        var nothing = ArraySource.halves(count: 23, side: 6, seed: 8)
        nothing.classes = nothing.classes.map { _ in -1 }
        labels.unlabelled = nothing
        let blind = try RecipeRun(Technique(testDescription: "", recipe: TrainingRecipe(pseudoLabels: labels))).finish()
        #expect(blind.epochs.allSatisfy { $0.pseudoLabels?.accuracy == nil })
        #expect(blind.epochs.last?.pseudoLabels?.loss != nil)
    }

    @Test("are refused where they are given and are none")
    func unknown() throws {
        var labels = Technique.pseudoLabels(.online)
        labels.labels = .given
        let run = try RecipeRun(Technique(testDescription: "", recipe: TrainingRecipe(pseudoLabels: labels)))
        let error = #expect(throws: TrainingError.self) { _ = try run.finish() }
        #expect(error?.description == "cross-entropy: class -1 is not in 0..<2")
    }
}
