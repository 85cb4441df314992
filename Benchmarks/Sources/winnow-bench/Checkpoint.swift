import Architecture
import Compute
import FoundationEssentials

/// A preset after a few steps of training, for `check_checkpoints.py`, which loads it into PyTorch.
struct Checkpoint {
    private let slot: Slot

    /// Trains the preset with dropout on, so that its running statistics are no longer those of a new network.
    init?(preset: String) throws {
        let model: ModelGraph
        switch preset {
        case "mlp": model = try ModelDescription.mlp(outputs: 4, hidden: [33, 17], dropout: 0.2).graph(on: [3, 5, 5])
        case "regressor": model = try ModelDescription.regressor().graph(on: [13])
        case "mnist_cnn": model = try ModelDescription.mnistCNN().graph(on: [1, 28, 28])
        case "resnet18": model = try ModelDescription.resNet18().graph(on: [3, 32, 32])
        case "resnet18_torchvision": model = try ModelDescription.resNet18Torchvision().graph(on: [3, 32, 32])
        case "resnet": model = try ModelDescription.resNet(classes: 10, width: 8, depth: 2).graph(on: [3, 16, 16])
        default: return nil
        }
        slot = try Slot(
            Workload(
                model: model, loss: model.output.count == 1 ? .meanSquaredError : .crossEntropy(), batchSize: 8))
        for _ in 0..<5 { _ = try slot.step() }
    }

    /// Writes every tensor of the state, then features and predictions, as 32-bit floats.
    ///
    /// - Returns: their names and shapes in that order, as JSON.
    func write(to path: String) throws -> String {
        let (features, predictions) = try slot.predictions()
        let model = slot.workload.model
        let count = slot.workload.batchSize
        let tensors =
            slot.trainer.modelState() + [
                NamedTensor(name: "features", shape: [count] + model.input.dimensions, values: features),
                NamedTensor(name: "predictions", shape: [count] + model.output.dimensions, values: predictions),
            ]
        var data = Data()
        for tensor in tensors { tensor.values.withUnsafeBytes { data.append(contentsOf: $0) } }
        try data.write(to: URL(filePath: path))
        return "[" + tensors.map { #"{"name": "\#($0.name)", "shape": \#($0.shape)}"# }.joined(separator: ", ") + "]"
    }
}
