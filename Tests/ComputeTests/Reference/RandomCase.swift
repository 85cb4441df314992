import Architecture
import Compute
import Random

/// A random small model with a random batch, all of it drawn from one seed that a failure prints.
struct RandomCase {
    let seed: UInt64
    let model: PlacedModel
    let loss: LossDescription
    let count: Int
    let features: [Float]
    let classes: [Int32]
    let values: [Float]

    /// Odd sizes on purpose: one channel, one sample, channels that fill no vector, padding, strides, no bias.
    init(seed: UInt64, convolutional: Bool) throws {
        var random = RandomStream(seed: seed, stream: .search)
        func draw(_ range: ClosedRange<Int>) -> Int { range.lowerBound + random.uniformInt(below: range.count) }
        var layers: [Layer] = []
        let input: Shape = convolutional ? [draw(1...5), draw(7...13), draw(7...13)] : [draw(1...40)]
        /// Leaves out a layer whose window is larger than what the layers before have left.
        func append(_ layer: Layer) {
            if (try? ModelDescription(layers + [layer]).placed(on: input)) != nil { layers.append(layer) }
        }
        if convolutional {
            for _ in 0..<draw(1...2) {
                append(
                    .conv2d(
                        .init(
                            channels: draw(1...2) == 1 ? 8 * draw(1...3) : draw(1...19),
                            kernel: [1, 3, 3, 5][draw(0...3)],
                            stride: draw(1...2), padding: draw(0...2), bias: draw(0...3) > 0)))
                if draw(0...3) > 0 { layers.append(.relu) }
                if draw(0...1) == 1 { append(.maxPool2d(.init(kernel: draw(1...2), stride: draw(1...2)))) }
                if draw(0...2) == 0 { layers.append(.dropout(.init(probability: 0.3))) }
            }
            layers.append(.flatten)
        }
        for _ in 0..<draw(0...2) {
            layers.append(.linear(.init(outputs: draw(1...70), bias: draw(0...3) > 0)))
            if draw(0...2) > 0 { layers.append(.relu) }
            if draw(0...1) == 0 { layers.append(.dropout(.init(probability: 0.5))) }
        }
        let loss: LossDescription = draw(0...1) == 0 ? .crossEntropy : .meanSquaredError
        let outputs = loss == .crossEntropy ? draw(2...11) : draw(1...4)
        layers.append(.linear(.init(outputs: outputs)))
        self.init(seed: seed, model: try ModelDescription(layers).placed(on: input), loss: loss, count: draw(1...9))
    }

    /// A random batch for a given model.
    init(seed: UInt64, model: PlacedModel, loss: LossDescription, count: Int) {
        var random = RandomStream(seed: seed, stream: .sampler)
        self.seed = seed
        self.model = model
        self.loss = loss
        self.count = count
        features = (0..<count * model.input.count).map { _ in 2 * random.uniformFloat() - 1 }
        classes = (0..<count).map { _ in Int32(random.uniformInt(below: model.output.count)) }
        values = (0..<count * model.output.count).map { _ in 2 * random.uniformFloat() - 1 }
    }

    var referenceTargets: ReferenceNetwork.Targets {
        loss == .crossEntropy ? .classes(classes.map(Int.init)) : .values(values.map(Double.init))
    }

    func trainer(_ optimizer: OptimizerDescription) throws -> Trainer {
        try Trainer(model: model, loss: loss, optimizer: optimizer, batchSize: count, seed: seed)
    }

    func step(_ trainer: Trainer) throws -> Double {
        try features.withUnsafeBufferPointer { features in
            try classes.withUnsafeBufferPointer { classes in
                try values.withUnsafeBufferPointer { values in
                    try trainer.step(
                        features: features, targets: loss == .crossEntropy ? .classes(classes) : .values(values),
                        count: count)
                }
            }
        }
    }
}
