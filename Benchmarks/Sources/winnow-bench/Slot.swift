import Architecture
import Compute

/// A trainer with one batch that it is given again and again.
final class Slot {
    let workload: Workload
    let trainer: Trainer
    private let features: [Float]
    private let values: [Float]
    private let classes: [Int32]

    /// With the weights and the batch of an exchange file.
    init(_ workload: Workload, exchangePath: String) throws {
        self.workload = workload
        trainer = try workload.trainer(seed: 1)
        let exchange = try Exchange(
            path: exchangePath, like: trainer.modelState(),
            featureCount: workload.batchSize * workload.model.input.count)
        try trainer.load(modelState: exchange.weights)
        (features, values) = (exchange.features, exchange.targets)
        classes = workload.hasClasses ? values.map { Int32($0) } : []
    }

    /// With weights and a batch that are drawn, always the same ones.
    init(_ workload: Workload) throws {
        self.workload = workload
        trainer = try workload.trainer(seed: 1)
        var random = SplitMix64(state: 1)
        features = (0..<workload.batchSize * workload.model.input.count).map { _ in
            Float.random(in: 0..<1, using: &random)
        }
        values = (0..<workload.batchSize * workload.model.output.count).map { _ in
            Float.random(in: 0..<1, using: &random)
        }
        classes = (0..<workload.batchSize).map { _ in
            Int32.random(in: 0..<Int32(workload.model.output.count), using: &random)
        }
    }

    func step() throws -> Double {
        try withBatch { try trainer.step(features: $0, targets: $1, count: workload.batchSize) }
    }

    func profiledStep() throws -> StepProfile {
        try withBatch { try trainer.profiledStep(features: $0, targets: $1, count: workload.batchSize).profile }
    }

    /// The first sample's predictions, of all that are made.
    func predict() throws -> [Double] {
        try features.withUnsafeBufferPointer {
            try trainer.predict(features: $0, count: workload.batchSize).prefix(workload.model.output.count)
                .map(Double.init)
        }
    }

    /// Features, and predictions for all of them.
    func predictions() throws -> (features: [Float], predictions: [Float]) {
        (
            features,
            try features.withUnsafeBufferPointer { Array(try trainer.predict(features: $0, count: workload.batchSize)) }
        )
    }

    private func withBatch<Result>(
        _ body: (UnsafeBufferPointer<Float>, TargetBatch) throws -> Result
    ) throws -> Result {
        try features.withUnsafeBufferPointer { features in
            if workload.hasClasses {
                try classes.withUnsafeBufferPointer { try body(features, .classes($0)) }
            } else {
                try values.withUnsafeBufferPointer { try body(features, .values($0)) }
            }
        }
    }
}

/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
