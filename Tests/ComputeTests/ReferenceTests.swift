import Architecture
import Compute
import Random
import TestSupport
import Testing

@Suite("The reference in Double")
struct ReferenceTests {
    /// The slope of the loss along a random direction of each tensor, and of the features.
    @Test("has the gradients that finite differences show", arguments: ModelFamily.allCases, SeededCases(3))
    func finiteDifferences(family: ModelFamily, testCase: SeededCase) throws {
        let seed = testCase.seed
        var random = RandomCase(family, seed: seed)
        let network = ReferenceNetwork(model: random.model, state: random.state, seed: seed)
        let loss = ReferenceLoss(description: random.loss, outputs: random.model.output.count)
        let steady = random.batch(for: network, step: 0)
        let batch = try #require(steady)
        let features = batch.features.map(Double.init)
        let pass = network.forward(features, count: batch.count, step: 0)
        let gradients = network.backward(
            pass, outputGradient: loss.evaluate(pass.outputs, batch.referenceTargets).gradient)
        // So small that no kink lies between the two points of a steady batch.
        let distance = 1e-6
        var draw = RandomStream(seed: seed, stream: .disturbance)

        func check(_ name: String, _ gradient: [Double], at values: [Double], _ loss: ([Double]) -> Double) {
            let drawn = gradient.map { _ in 2 * draw.uniformDouble() - 1 }
            let length = drawn.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let direction = drawn.map { $0 / length }
            func at(_ step: Double) -> Double { loss(zip(values, direction).map { $0 + step * $1 }) }
            let slope = (at(distance) - at(-distance)) / (2 * distance)
            let expected = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
            let scale = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(slope - expected) < 1e-6 * max(1, scale), "\(name) of \(random.model.nodes.map(\.operation))")
        }
        for (name, gradient) in gradients.parameters {
            check(name, gradient, at: network.state[name]!) { values in
                var moved = network
                moved.state[name] = values
                return loss.evaluate(
                    moved.forward(features, count: batch.count, step: 0).outputs, batch.referenceTargets
                ).loss
            }
        }
        check("the features", gradients.input, at: features) { values in
            loss.evaluate(network.forward(values, count: batch.count, step: 0).outputs, batch.referenceTargets).loss
        }
    }

    @Test("has running statistics that a batch repeated for ever brings to its own")
    func statistics() throws {
        var random = RandomCase(.beginsWithNorm, seed: 3)
        var network = ReferenceNetwork(model: random.model, state: random.state, seed: 3)
        let steady = random.batch(for: network, step: 0)
        let batch = try #require(steady)
        let features = batch.features.map(Double.init)
        for step in 0..<300 {
            for (name, values) in network.forward(features, count: batch.count, step: step).statistics {
                network.state[name] = values
            }
        }
        let pixels = random.model.input.dimensions[1] * random.model.input.dimensions[2]
        let channel = (0..<batch.count).flatMap { n in
            (0..<pixels).map { features[n * random.model.input.count + $0] }
        }
        let mean = channel.reduce(0, +) / Double(channel.count)
        let squares = channel.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(abs(network.state["0.running_mean"]![0] - mean) < 1e-9)
        #expect(abs(network.state["0.running_var"]![0] - squares / Double(channel.count - 1)) < 1e-9)
    }
}
