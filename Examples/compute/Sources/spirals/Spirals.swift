import Architecture
import Compute

/// Points on three spiral arms that wind around each other; the arm is the class. Not separable by lines.
struct Spirals: SampleSource {
    let count: Int
    let featureCount = 2
    let task = LearningTask.classification(classes: 3)
    private let points: [(x: Float, y: Float)]

    init(count: Int, using random: inout some RandomNumberGenerator) {
        self.count = count
        points = (0..<count).map { index in
            let radius = Float.random(in: 0.05...1, using: &random)
            let turns = radius * 4 + Float(index % 3) * 2.0944 + Float.random(in: -0.2...0.2, using: &random)
            return (radius * Spirals.cosine(turns), radius * Spirals.cosine(turns - 1.5708))
        }
    }

    /// The cosine by its series: the example needs nothing but Swift and Compute.
    private static func cosine(_ angle: Float) -> Float {
        let square = -angle * angle
        var (term, sum): (Float, Float) = (1, 1)
        for n in stride(from: Float(2), through: 24, by: 2) {
            term *= square / (n * (n - 1))
            sum += term
        }
        return sum
    }

    func gather(
        _ indices: ArraySlice<Int>, step: Int, features: UnsafeMutableBufferPointer<Float>, targets: TargetStorage
    ) {
        guard case .classes(let classes) = targets else { return }
        for (row, index) in indices.enumerated() {
            features[2 * row] = points[index].x
            features[2 * row + 1] = points[index].y
            classes[row] = Int32(index % 3)
        }
    }
}

/// Trains a small perceptron, and says after every tenth epoch how well it does on points that it has not seen.
@main
enum Example {
    static func main() throws {
        var random = SystemRandomNumberGenerator()
        let training = Spirals(count: 1500, using: &random)
        let validation = Spirals(count: 600, using: &random)

        let model = try ModelDescription([
            .linear(.init(outputs: 64)), .batchNorm(.init()), .relu,
            .linear(.init(outputs: 64)), .batchNorm(.init()), .relu,
            .linear(.init(outputs: 3)),
        ]).graph(on: [2])
        print("\(model.parameterCount) parameters")

        let trainer = try Trainer(
            model: model, loss: .crossEntropy(), optimizer: .adam(learningRate: 5e-3), batchSize: 50, seed: 1)
        let loop = try TrainingLoop(
            trainer: trainer, training: training, batchSize: 50, seed: 1,
            schedule: .init(.cosine(epochs: 50, minimum: 0)))
        for epoch in 1...50 {
            guard case .finished(let summary) = try loop.runEpoch(), epoch % 10 == 0 else { continue }
            let metrics = try loop.evaluate(on: validation)
            print("epoch \(epoch): training loss \(summary.meanLoss), validation accuracy \(metrics.accuracy ?? .nan)")
        }
        for tensor in trainer.modelState().prefix(4) {
            print(tensor.name, tensor.shape)
        }
    }
}
