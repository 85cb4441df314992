import Architecture
import Compute
import Glibc

/// `winnow-bench MODEL EXCHANGE-FILE DROPOUT STEPS` trains MODEL on the one batch of the exchange file and prints, as
/// JSON, the losses of the first ten steps and the time of the steps after them. `compare_training.py` runs it beside
/// PyTorch.
@main
struct Bench {
    let workload: Workload
    let trainer: Trainer
    let exchange: Exchange
    private let classes: [Int32]

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let dropout = Double(arguments[3]), let steps = Int(arguments[4]), steps > 0,
            let workload = try Workload(name: arguments[1], dropout: dropout)
        else {
            let usage = "usage: winnow-bench mnist_cnn|regressor EXCHANGE-FILE DROPOUT STEPS\n"
            write(STDERR_FILENO, usage, usage.utf8.count)
            exit(64)
        }
        let bench = try Bench(workload: workload, path: arguments[2])
        let losses = try (0..<10).map { _ in try bench.step() }
        let clock = ContinuousClock()
        let times = try (0..<steps).map { _ in
            try clock.measure { _ = try bench.step() } / .milliseconds(1)
        }.sorted()
        print(#"{"losses": \#(losses), "min_ms": \#(times[0]), "median_ms": \#(times[times.count / 2])}"#)
    }

    init(workload: Workload, path: String) throws {
        self.workload = workload
        trainer = try Trainer(
            model: workload.model, loss: workload.loss, optimizer: .adam(learningRate: 1e-3),
            batchSize: workload.batchSize, seed: 1)
        exchange = try Exchange(
            path: path, like: trainer.modelState(), featureCount: workload.batchSize * workload.model.input.count)
        classes = workload.loss == .crossEntropy ? exchange.targets.map { Int32($0) } : []
        try trainer.load(modelState: exchange.weights)
    }

    func step() throws -> Double {
        try exchange.features.withUnsafeBufferPointer { features in
            switch workload.loss {
            case .crossEntropy:
                try classes.withUnsafeBufferPointer {
                    try trainer.step(features: features, targets: .classes($0), count: workload.batchSize)
                }
            case .meanSquaredError:
                try exchange.targets.withUnsafeBufferPointer {
                    try trainer.step(features: features, targets: .values($0), count: workload.batchSize)
                }
            }
        }
    }
}
