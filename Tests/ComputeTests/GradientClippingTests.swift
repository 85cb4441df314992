import Architecture
import Compute
import TestSupport
import Testing

@Suite("Clipping by norm")
struct GradientClippingTests {
    /// How far one step of plain SGD at a rate of 1 moves all weights, and the gradient that it followed.
    private func step(clipNorm: Double?, seed: UInt64) throws -> (moved: [Double], gradient: [Double]) {
        var random = RandomCase(.normalizedConvolutions, seed: seed)
        let trainer = try random.trainer(.init(.sgd(), learningRate: 1, clipNorm: clipNorm))
        let before = trainer.modelState()
        _ = try random.anyBatch().step(trainer)
        let moved = zip(before, trainer.modelState()).filter { !$0.0.name.contains("running") }.flatMap {
            before, after in
            zip(before.values, after.values).map { Double($0) - Double($1) }
        }
        return (moved, trainer.gradients().flatMap { $0.values.map(Double.init) })
    }

    private func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    @Test("scales all gradients together, and only those that are longer", arguments: SeededCases(5))
    func scale(testCase: SeededCase) throws {
        let free = try step(clipNorm: nil, seed: testCase.seed)
        let length = norm(free.gradient)
        #expect(distance(free.moved.map(Float.init), free.gradient, scale: 1) < 1e-6)
        for clipNorm in [length / 3, length * 3] {
            let clipped = try step(clipNorm: clipNorm, seed: testCase.seed)
            let factor = min(1, clipNorm / (length + 1e-6))
            #expect(distance(clipped.moved.map(Float.init), free.gradient.map { $0 * factor }, scale: 1) < 1e-6)
        }
    }
}
