/// A data set that was split and scaled: what a trial trains, validates and tests on.
package struct PreparedData: Sendable {
    package let name: String
    package let sampleShape: [Int]
    package let training: Part
    package let validation: Part
    package let test: Part
    /// What one unit of the targets is in the source's own units: the factor that takes an RMSE back to them. 1 for
    /// targets that are not scaled.
    package let targetUnit: Double
    /// The SHA-256 of the source file.
    package let digest: String

    /// The classes' names, where there are classes.
    package var classNames: [String]? { training.targets.classNames }

    /// Scales each part by numbers that are measured on the training part alone.
    ///
    /// - Parameters:
    ///   - scaling: of the features.
    ///   - scaleTarget: scales a number to be predicted in the same way; has no effect on classes.
    package init(_ dataset: Dataset, split: Split, scaling: Scaling, scaleTarget: Bool = false) {
        let features = FittedScaling(
            scaling, of: dataset.features, sampleShape: dataset.sampleShape, rows: split.training)
        var target: FittedScaling?
        if scaleTarget, case .values(let values) = dataset.targets {
            target = FittedScaling(scaling, of: values, sampleShape: [1], rows: split.training)
        }
        func part(_ rows: [Int]) -> Part {
            var targets = dataset.targets.selecting(rows)
            if let target, case .values(let values) = dataset.targets {
                targets = .values(target.apply(to: values, rows: rows))
            }
            return Part(
                sampleShape: dataset.sampleShape, features: features.apply(to: dataset.features, rows: rows),
                targets: targets)
        }
        name = dataset.name
        sampleShape = dataset.sampleShape
        training = part(split.training)
        validation = part(split.validation)
        test = part(split.test)
        targetUnit = target?.units[0] ?? 1
        digest = dataset.digest
    }
}
