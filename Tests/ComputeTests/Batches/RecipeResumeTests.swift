import Compute
import Testing

@Suite("A run with a technique that was stopped and resumed")
struct RecipeResumeTests {
    @Test("ends with the same bits, whatever step it was stopped at", arguments: Technique.all)
    func identical(technique: Technique) throws {
        let whole = try RecipeRun(technique).finish()
        for step in 0..<(try RecipeRun(technique).loop.stepsPerEpoch) {
            let saved = try RecipeRun(technique).stop(inEpoch: 3, atStep: step)
            let resumed = try RecipeRun(technique)
            try resumed.restore(saved)
            let rest = try resumed.finish()
            #expect(rest.epochs == Array(whole.epochs.dropFirst(2)), "step \(step)")
            #expect(rest.bits == whole.bits, "step \(step)")
        }
    }

    @Test("does not tell the same of its epoch when a sum is left out")
    func incomplete() throws {
        let technique = try #require(Technique.all.last)
        let whole = try RecipeRun(technique).finish().epochs[2]
        let parts: [(String, (inout EpochPosition) -> Void)] = [
            ("kept labels", { $0.keptLabels = 0 }), ("loss", { $0.unlabelled.lossSum = 0 }),
            ("samples", { $0.unlabelled.sampleCount = 0 }), ("right", { $0.unlabelled.right = 0 }),
            ("known", { $0.unlabelled.known = 0 }),
        ]
        for (name, remove) in parts {
            var saved = try RecipeRun(technique).stop(inEpoch: 3, atStep: 3)
            remove(&saved.position)
            let resumed = try RecipeRun(technique)
            try resumed.restore(saved)
            #expect(try resumed.finish().epochs[0] != whole, "\(name)")
        }
    }

    @Test("every technique changes what is learnt", arguments: [false, true])
    func differences(isRegression: Bool) throws {
        let techniques = Technique.all.filter { $0.isRegression == isRegression }
        var ends = try techniques.map { try RecipeRun($0).finish().bits }
        if isRegression {
            ends.append(
                try RecipeRun(Technique(testDescription: "", recipe: TrainingRecipe(), isRegression: true)).finish()
                    .bits)
        }
        #expect(Set(ends).count == ends.count)
    }
}
