/// A data set that was split and scaled: what a trial trains, validates and tests on.
package struct PreparedData: Sendable {
    package let name: String
    package let sampleShape: [Int]
    package let training: Part
    package let validation: Part
    package let test: Part
    /// Training samples whose class nobody may use; where it is known, it serves to tell how often a guess is right,
    /// and is -1 elsewhere. Nil where there are none.
    package let unlabelled: Part?
    /// What one unit of the targets is in the source's own units: the factor that takes an RMSE back to them. 1 for
    /// targets that are not scaled.
    package let targetUnit: Double
    /// The SHA-256 of the source (see ``Dataset/digest``).
    package let digest: String
    /// See ``Dataset/warnings``.
    package let warnings: [String]

    /// The classes' names, where there are classes.
    package var classNames: [String]? { training.targets.classNames }

    /// Scales all parts by numbers that are measured on the training part alone.
    ///
    /// - Parameters:
    ///   - scaling: of the features.
    ///   - scaleTarget: scales a number to be predicted in the same way; has no effect on classes.
    /// - Throws: where the scaling's own numbers do not fit the samples, or are to scale the target.
    package init(
        _ dataset: Dataset, split: Split, scaling: Scaling, scaleTarget: Bool = false
    ) throws(DatasetError) {
        try scaling.check(sampleShape: dataset.sampleShape, scaleTarget: scaleTarget, name: dataset.name)
        let features = FittedScaling(
            scaling, of: dataset.samples, sampleShape: dataset.sampleShape, rows: split.training)
        let store = SampleStore(dataset.samples, sampleShape: dataset.sampleShape, scaling: features)
        var target: FittedScaling?
        if scaleTarget, case .values(let values) = dataset.targets {
            target = FittedScaling(scaling, of: .doubles(values), sampleShape: [1], rows: split.training)
        }
        func part(_ rows: [Int]) -> Part {
            var targets = dataset.targets.selecting(rows)
            if let target, case .values(let values) = targets {
                targets = .values(values.map(target.scaledTarget))
            }
            return Part(store: store, rows: rows, targets: targets)
        }
        name = dataset.name
        sampleShape = dataset.sampleShape
        training = part(split.training)
        validation = part(split.validation)
        test = part(split.test)
        unlabelled = split.unlabelled.isEmpty ? nil : part(split.unlabelled)
        targetUnit = target?.units[0] ?? 1
        digest = dataset.digest
        warnings = dataset.warnings
    }
}
