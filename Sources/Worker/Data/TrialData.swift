package import Architecture
import Compute
import Datasets
package import Experiments

/// The data of an experiment, as its `data` section describes them: read, split and scaled.
package struct TrialData: Sendable {
    let prepared: PreparedData

    /// - Parameter folder: where relative paths start from.
    /// - Throws: `DatasetError` where a file is missing, damaged, or not what was said.
    package init(_ experiment: Experiment, folder: String) throws {
        let data = experiment.data
        let dataset = try DataSource(data, folder: folder).load()
        let split = try Split.make(
            of: dataset, validation: data.split.validation, test: data.split.test, stratified: data.split.stratified,
            seed: experiment.seed)
        prepared = PreparedData(
            dataset, split: split, scaling: Scaling(data.scale), scaleTarget: data.scaleTarget)
    }

    package var sampleShape: Shape { Shape(prepared.sampleShape) }
    /// How many classes there are; nil for a regression.
    package var classes: Int? { prepared.classNames?.count }
    package var name: String { prepared.name }
    /// SHA-256 of the source.
    package var digest: String { prepared.digest }
    /// How many samples train, validate and test.
    package var counts: (training: Int, validation: Int, test: Int) {
        (prepared.training.count, prepared.validation.count, prepared.test.count)
    }

    /// The training samples of each class; nil for a regression.
    var trainingClassCounts: [Int]? {
        guard let classes, case .classes(let labels, names: _) = prepared.training.targets else { return nil }
        return labels.reduce(into: Array(repeating: 0, count: classes)) { $0[Int($1)] += 1 }
    }

    /// The columns of a part's metrics: `validation_loss`, `validation_accuracy`, ...
    ///
    /// A scaled target's RMSE is given in the target's own units, too: `validation_rmse_original`.
    func columns(_ metrics: Metrics, of part: String) -> [String: Double] {
        var columns = ["\(part)_loss": metrics.loss]
        columns["\(part)_accuracy"] = metrics.accuracy
        columns["\(part)_rmse"] = metrics.rmse
        columns["\(part)_r2"] = metrics.r2
        if let rmse = metrics.rmse, prepared.targetUnit != 1 {
            columns["\(part)_rmse_original"] = rmse * prepared.targetUnit
        }
        return columns
    }
}

extension DataSource {
    fileprivate init(_ data: DataDescription, folder: String) {
        switch data.source {
        case .mnist5k: self = .mnist5k
        case .digits: self = .digits
        case .housing: self = .housing
        case .csv(let csv):
            let path = csv.file.hasPrefix("/") || folder == "." ? csv.file : "\(folder)/\(csv.file)"
            self = .csv(
                CSVSource(
                    path: path, target: csv.target, targetKind: csv.task == .classification ? .classes : .values,
                    ignore: csv.ignore, sampleShape: csv.shape?.dimensions))
        }
    }
}

extension Scaling {
    fileprivate init(_ scale: DataDescription.Scale) {
        switch scale {
        case .minMax: self = .minMax
        case .standardize: self = .standardize
        case .none: self = .none
        }
    }
}
