import Architecture
import Compute
import Testing

@Suite("Dropout")
struct DropoutTests {
    private static let probabilities = [0.05, 0.3, 0.5, 0.9]

    /// What the layers make of ones in two steps of training.
    private func outputs(_ layers: [Layer], on input: Shape, step: Int = 0) throws -> [Float] {
        let trainer = try Trainer(
            model: try ModelDescription(layers).graph(on: input), loss: .meanSquaredError,
            optimizer: .sgd(learningRate: 0), batchSize: 2, seed: 12, options: PlanOptions())
        trainer.restore(stepCount: step)
        let ones = [Float](repeating: 1, count: 2 * input.count)
        return try ones.withUnsafeBufferPointer {
            try trainer.backpropagate(features: $0, outputGradient: $0, count: 2).outputs
        }
    }

    /// Both are binomial: the tolerance is four standard errors.
    private func check(_ values: [Float], probability: Double) {
        let count = Double(values.count)
        let dropped = Double(values.count { $0 == 0 })
        #expect(
            abs(dropped / count - probability) < 4 * (probability * (1 - probability) / count).squareRoot(),
            "\(dropped) of \(count) at \(probability)")
        let mean = values.reduce(0) { $0 + Double($1) } / count
        #expect(abs(mean - 1) < 4 * (probability / (1 - probability) / count).squareRoot(), "\(mean)")
        #expect(Set(values) == [0, Float(1 / (1 - probability))])
    }

    @Test("zeroes the share that was asked for, and keeps the mean", arguments: probabilities)
    func values(probability: Double) throws {
        check(try outputs([.dropout(.init(probability: probability))], on: [50_003]), probability: probability)
    }

    @Test("zeroes whole channels, that share of them", arguments: probabilities)
    func channels(probability: Double) throws {
        let pixels = 4
        let values = try outputs([.dropout2d(.init(probability: probability)), .flatten], on: [20_001, 2, 2])
        let channels = stride(from: 0, to: values.count, by: pixels).map { values[$0..<$0 + pixels] }
        #expect(channels.allSatisfy { Set($0).count == 1 })
        check(channels.map { $0.first! }, probability: probability)
    }

    @Test("drops independently of step, layer and sample")
    func independence() throws {
        let layer = Layer.dropout(.init(probability: 0.5))
        let count = 20_000
        let first = try outputs([layer], on: [count])
        let pairs = [
            (first, try outputs([layer], on: [count], step: 1)),
            (Array(first.prefix(count)), Array(first.suffix(count))),
            // After a layer that changes nothing it is another layer.
            (first, try outputs([.relu, layer], on: [count])),
        ]
        for (a, b) in pairs {
            let equal = Double(zip(a, b).count { $0 == $1 })
            #expect(abs(equal / Double(a.count) - 0.5) < 4 * (0.25 / Double(a.count)).squareRoot())
        }
        #expect(try outputs([layer], on: [count]) == first)
    }

    @Test("does nothing in evaluation")
    func evaluation() throws {
        let trainer = try Trainer(
            model: try ModelDescription([.dropout(.init(probability: 0.9))]).graph(on: [100]),
            loss: .meanSquaredError, optimizer: .sgd(learningRate: 0), batchSize: 1, seed: 12, options: PlanOptions())
        let ones = [Float](repeating: 1, count: 100)
        #expect(try ones.withUnsafeBufferPointer { Array(try trainer.predict(features: $0, count: 1)) } == ones)
    }
}
