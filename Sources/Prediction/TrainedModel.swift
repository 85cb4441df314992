import Architecture
import Compute
import Datasets
import Experiments
import Foundation
import Glibc
package import StudyStore

/// A model out of a checkpoint, with all that using it on other data needs.
///
/// Used by one thread.
package final class TrainedModel {
    /// Samples that are computed at once.
    private static let batchSize = 1024

    package let preparation: Checkpoint.Preparation
    private let trainer: Trainer
    private let features: FittedScaling
    private let data: DataDescription
    private let encoder: TableEncoder?
    private let width: Int

    /// - Parameter path: of a `best.h5`.
    /// - Throws: ``PredictionError`` where it is no such file, or holds too little; ``StudyStoreError`` where it is damaged.
    package init(path: String) throws {
        let stored = try StoredModel(path: path)
        preparation = stored.preparation
        let (model, training) = (stored.graph, stored.experiment.builtIn)
        // The loss is not asked for here; weights of classes that depend on the data do not matter.
        let loss = training.loss.resolved(
            classCounts: preparation.classNames.map { Array(repeating: 1, count: $0.count) })
        trainer = try Trainer(
            model: model, loss: loss, optimizer: training.optimizer, batchSize: Self.batchSize, seed: 0)
        try trainer.load(modelState: stored.checkpoint.modelState.map(NamedTensor.init))
        features = FittedScaling(preparation.features)
        data = training.data
        encoder = preparation.encoder
        width = preparation.sampleShape.reduce(1, *)
    }

    /// Whether pictures were turned as their EXIF says.
    var appliesOrientation: Bool {
        if case .images(let images) = data.source { images.exifOrientation } else { false }
    }

    /// A table like the one that the model was trained on.
    func tableSource(_ path: String) -> CSVSource {
        if case .csv(let source) = DataSource(data, folder: ".").reading(path) {
            source
        } else {
            CSVSource(path: path, targetKind: preparation.classNames == nil ? .values : .classes)
        }
    }

    /// The model's answers, in the order of the samples.
    ///
    /// - Parameter isCalibrated: whether a classifier's outputs are divided by its temperature.
    /// - Throws: `ComputeError`.
    package func predict(_ samples: ModelSamples, isCalibrated: Bool = false) throws -> Predictions {
        let samples =
            switch samples {
            case .cells(let cells): encoder?.encode(cells) ?? cells
            case .inputs(let inputs): inputs
            }
        precondition(samples.count % width == 0, "samples do not have the model's shape")
        // 8-bit and 16-bit images have the same white.
        let ranges = (preparation.valueRange, samples.range)
        let factor = ranges.0 > 1 && ranges.1 > 1 ? ranges.0 / ranges.1 : 1
        let inputs = features.apply(to: samples, times: factor)
        let count = inputs.count / width
        let outputs = trainer.model.output.count
        var values: [Float] = []
        values.reserveCapacity(count * outputs)
        try inputs.withUnsafeBufferPointer { inputs in
            for start in stride(from: 0, to: count, by: Self.batchSize) {
                let size = min(Self.batchSize, count - start)
                let batch = UnsafeBufferPointer(rebasing: inputs[start * width..<(start + size) * width])
                values += try trainer.predict(features: batch, count: size)
            }
        }
        return Predictions(outputs: values, width: outputs, preparation, isCalibrated: isCalibrated)
    }
}

/// A model that cannot be used, or data that it cannot be used on.
package enum PredictionError: Error, Hashable, CustomStringConvertible {
    case noPreparation(String)
    /// No checkpoint, or one that is damaged or of a newer version.
    case noModel(String, reason: String)
    /// Data of a kind that does not go with the model.
    case unfit(String, reason: String)
    case cannotWrite(String, code: Int32)

    package var description: String {
        switch self {
        case .noPreparation(let path):
            "\(path): holds weights alone, and not how its inputs are scaled: a best.h5 of this version of Winnow does; "
                + "train it again"
        case .noModel(let path, let reason): "\(path): is no model of Winnow's that can be read: \(reason)"
        case .unfit(let path, let reason): "\(path): \(reason)"
        case .cannotWrite(let path, let code): "\(path): cannot be written: \(String(cString: strerror(code)))"
        }
    }
}
