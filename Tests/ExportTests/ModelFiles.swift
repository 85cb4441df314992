import Architecture
import Compute
import Experiments
import Foundation
import Prediction
import Studies
import StudyStore
import TestSupport

/// Models of random weights, as trials leave them.
struct ModelFiles {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// - Parameter text: of the experiment.
    /// - Returns: the path of a `best.h5`.
    func write(_ text: String, _ preparation: Checkpoint.Preparation, name: String = "best.h5") throws -> String {
        let file = try ExperimentFile(text: text, name: "test")
        let graph = try file.check(with: preparation.sampleFacts)
        let trainer = try Trainer(
            model: graph, loss: file.experiment.builtIn.loss, optimizer: .sgd(learningRate: 0), batchSize: 4, seed: 7)
        var random = SeededCase(seed: 5).random
        let state = trainer.modelState().map { tensor in
            var tensor = tensor
            // Weights as they are drawn; all else at random, so that nothing of it can be left out.
            if tensor.shape.count < 2 || tensor.name.hasPrefix("embedding.") {
                let range: ClosedRange<Float> = tensor.name.hasSuffix("var") ? 0.5...2 : -0.5...0.5
                tensor.values = tensor.values.map { _ in Float.random(in: range, using: &random) }
            }
            return NamedArray(tensor)
        }
        let checkpoint = Checkpoint(
            experiment: file.resolvedYAML(), id: AttemptID(trial: 0, attempt: 1), seed: 7, epoch: 1, modelState: state,
            preparation: preparation)
        let path = folder.file(name)
        try Data(checkpoint.encode()).write(to: URL(fileURLWithPath: path))
        return path
    }

    static func preparation(
        _ shape: [Int], classes: Int?, offsets: [Double] = [100], units: [Double] = [50], groupSize: Int? = nil,
        columns: [Checkpoint.Preparation.Column]? = nil, names: [String] = []
    ) -> Checkpoint.Preparation {
        Checkpoint.Preparation(
            sampleShape: shape, featureNames: names, columns: columns,
            classNames: classes.map { (0..<$0).map { "class \($0)" } },
            features: .init(
                groupSize: groupSize ?? shape.reduce(1, *) / offsets.count, offsets: offsets, units: units),
            target: classes == nil ? .init(groupSize: 1, offsets: [20], units: [3]) : nil, valueRange: 255,
            temperature: classes == nil ? nil : 1.5, dataDigest: "abc",
            split: .init(training: [0], validation: [1], test: [2]))
    }
}
