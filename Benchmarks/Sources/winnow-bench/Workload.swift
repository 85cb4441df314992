import Architecture
import Compute

/// A model with its loss and batch; `train_step.py` trains the same ones, with the same Adam.
struct Workload {
    let model: ModelGraph
    let loss: LossDescription
    let batchSize: Int

    init(model: ModelGraph, loss: LossDescription, batchSize: Int) {
        self.model = model
        self.loss = loss
        self.batchSize = batchSize
    }

    /// - Parameter dropout: the presets' probability; 0 where losses are to be compared.
    init?(name: String, dropout: Double) throws {
        switch name {
        case "mnist_cnn":
            self.init(
                model: try ModelDescription.mnistCNN(dropout: dropout).graph(on: [1, 28, 28]), loss: .crossEntropy(),
                batchSize: 128)
        case "regressor":
            self.init(
                model: try ModelDescription.regressor(dropout: dropout).graph(on: [13]), loss: .meanSquaredError,
                batchSize: 32)
        case "resnet18":
            self.init(
                model: try ModelDescription.resNet18().graph(on: [3, 32, 32]), loss: .crossEntropy(), batchSize: 32)
        default:
            return nil
        }
    }

    /// Whether targets are classes.
    var hasClasses: Bool {
        if case .crossEntropy = loss { true } else { false }
    }

    func trainer(seed: UInt64) throws -> Trainer {
        try Trainer(
            model: model, loss: loss, optimizer: .adam(learningRate: 1e-3), batchSize: batchSize, seed: seed)
    }
}
