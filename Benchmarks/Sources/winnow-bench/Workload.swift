import Architecture
import Compute

/// A model with its loss, batch and optimizer, as `train_step.py` trains it too.
struct Workload {
    let model: PlacedModel
    let loss: LossDescription
    let batchSize: Int

    /// - Parameter dropout: the presets' probability; 0 where losses are to be compared.
    init?(name: String, dropout: Double) throws {
        switch name {
        case "mnist_cnn":
            model = try ModelDescription.mnistCNN(dropout: dropout).placed(on: [1, 28, 28])
            loss = .crossEntropy
            batchSize = 128
        case "regressor":
            model = try ModelDescription.regressor(dropout: dropout).placed(on: [13])
            loss = .meanSquaredError
            batchSize = 32
        default:
            return nil
        }
    }
}
