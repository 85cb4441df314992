/// A data set that was split and scaled for a trial.
package struct PreparedData: Sendable {
    package let name: String
    package let sampleShape: [Int]
    package let training: Part
    package let validation: Part
    package let test: Part
    /// Training samples whose class must not be used. A known class measures how often a pseudo-label is right; an unknown
    /// one is -1. Nil if there are none.
    package let unlabelled: Part?
    /// The SHA-256 of the source (see ``Dataset/digest``).
    package let digest: String
    /// See ``Dataset/warnings``.
    package let warnings: [String]
    /// The names of a table's inputs: see ``TableColumn/inputNames``; empty for images.
    package let featureNames: [String]
    /// How a table's columns become inputs; nil where each is one as it stands.
    package let encoder: TableEncoder?
    package let split: Split
    /// The features' scaling, and the target's where it is scaled.
    package let scaling: FittedScaling
    package let targetScaling: FittedScaling?
    /// The largest number of the samples' type; 1 for floating-point numbers.
    package let valueRange: Double

    /// One unit of the targets in the source's own units: the factor that converts an RMSE. 1 for targets that are not
    /// scaled.
    package var targetUnit: Double { targetScaling?.units[0] ?? 1 }
    /// The classes' names; nil for numeric targets.
    package var classNames: [String]? { training.targets.classNames }
}

extension PreparedData {
    /// Scales all parts by numbers that are measured on the training part alone.
    ///
    /// - Parameters:
    ///   - scaling: of the features.
    ///   - scaleTarget: scales numeric targets in the same way; no effect on classes.
    /// - Throws: if the scaling's own numbers do not fit the samples, or would scale the target.
    package init(
        _ dataset: Dataset, split: Split, scaling: Scaling, scaleTarget: Bool = false
    ) throws(DatasetError) {
        let encoder =
            dataset.columns.allSatisfy(\.isPlain)
            ? nil : TableEncoder(fitting: dataset.columns, on: dataset.samples, rows: split.training)
        let samples = encoder?.encode(dataset.samples) ?? dataset.samples
        let shape = encoder.map { [$0.inputCount] } ?? dataset.sampleShape
        try scaling.check(sampleShape: shape, scaleTarget: scaleTarget, name: dataset.name)
        var features = FittedScaling(scaling, of: samples, sampleShape: shape, rows: split.training)
        if let encoder { features = features.scaling(encoder.inputRoles, of: samples, rows: split.training) }
        let store = try SampleStore(samples, sampleShape: shape, scaling: features)
        var target: FittedScaling?
        if scaleTarget, case .values(let values) = dataset.targets {
            target = FittedScaling(scaling, of: .doubles(SampleArray(values)), sampleShape: [1], rows: split.training)
        }
        func part(_ rows: [Int]) -> Part {
            var targets = dataset.targets.selecting(rows)
            if let target, case .values(let values) = targets { targets = .values(values.map(target.scaledTarget)) }
            return Part(store: store, rows: rows, targets: targets)
        }
        self.init(
            name: dataset.name, sampleShape: shape, training: part(split.training),
            validation: part(split.validation), test: part(split.test),
            unlabelled: split.unlabelled.isEmpty ? nil : part(split.unlabelled),
            digest: dataset.digest, warnings: dataset.warnings,
            featureNames: encoder?.inputNames ?? dataset.featureNames, encoder: encoder, split: split,
            scaling: features, targetScaling: target, valueRange: samples.range)
    }

    /// A data set whose samples are all test samples of a model that was trained on others.
    ///
    /// - Parameters:
    ///   - sampleShape: the model's.
    ///   - featureNames: of the model's inputs; empty for images.
    ///   - encoder: how the model's inputs come of a table's columns; nil where they are its columns.
    ///   - classNames: the model's, in its order; nil for a regression.
    ///   - scaling: that of the model's features.
    ///   - targetScaling: that of its target; nil where it is not scaled.
    /// - Throws: where shape, columns, kind of target or classes are others than the model's.
    package init(
        testing dataset: Dataset, sampleShape: [Int], featureNames: [String], encoder: TableEncoder?,
        classNames: [String]?, scaling: FittedScaling, targetScaling: FittedScaling?
    ) throws(DatasetError) {
        let samples = encoder?.encode(dataset.samples) ?? dataset.samples
        guard samples.count == dataset.count * sampleShape.reduce(1, *),
            encoder.map({ $0.columns == dataset.columns }) ?? (dataset.sampleShape == sampleShape)
        else {
            throw DatasetError(
                .sampleShape, in: dataset.name,
                "does not go with the model; its samples are \(shapeText(dataset.sampleShape)), the model's "
                    + shapeText(sampleShape))
        }
        let targets: Targets
        switch (dataset.targets, classNames) {
        case (.classes(let labels, let names), let known?):
            let places = try names.map { (name) throws(DatasetError) in
                guard let place = known.firstIndex(of: name) else {
                    throw DatasetError(
                        .unknownClass, in: dataset.name,
                        "has the class \(name), which the model does not know; it knows \(known.joined(separator: ", "))"
                    )
                }
                return Int32(place)
            }
            targets = .classes(labels.map { $0 < 0 ? $0 : places[Int($0)] }, names: known)
        case (.values(let values), nil):
            targets = .values(targetScaling.map { scale in values.map(scale.scaledTarget) } ?? values)
        default:
            throw DatasetError(
                .contradiction, in: dataset.name,
                classNames == nil
                    ? "has classes, but the model gives numbers" : "has numbers, but the model gives classes")
        }
        let store = try SampleStore(samples, sampleShape: sampleShape, scaling: scaling)
        let rows = Array(0..<dataset.count)
        let part = Part(store: store, rows: rows, targets: targets)
        self.init(
            name: dataset.name, sampleShape: sampleShape, training: part, validation: part, test: part,
            unlabelled: nil, digest: dataset.digest, warnings: dataset.warnings, featureNames: featureNames,
            encoder: encoder, split: Split(training: rows, validation: rows, test: rows, unlabelled: []),
            scaling: scaling,
            targetScaling: targetScaling, valueRange: samples.range)
    }
}

/// The samples of one part of a split: a view of numbers that all parts share, scaled when they are copied into
/// batches or before.
package struct Part: Sendable {
    let store: SampleStore
    /// Positions in the store.
    let rows: [Int]
    /// One for each sample of the part.
    package let targets: Targets

    package var sampleShape: [Int] { store.sampleShape }
    package var count: Int { rows.count }
    package var featureCount: Int { store.featureCount }

    /// Where in the data set a sample of the part is, from 0.
    package func position(of index: Int) -> Int { rows[index] }

    /// Copies the scaled features of the samples at `indices`, one after the other.
    /// - Parameter destination: room for indices.count x featureCount values.
    package func gather(_ indices: ArraySlice<Int>, features destination: UnsafeMutableBufferPointer<Float>) {
        precondition(destination.count >= indices.count * featureCount, "no room for the batch's features")
        guard let start = destination.baseAddress else { return }
        store.withReader { reader in
            for (position, index) in indices.enumerated() {
                reader.copy(row: rows[index], to: start + position * featureCount)
            }
        }
    }

    /// Copies the classes of the samples at `indices`; the targets must be classes.
    package func gather(_ indices: ArraySlice<Int>, classes destination: UnsafeMutableBufferPointer<Int32>) {
        guard case .classes(let classes, names: _) = targets else { preconditionFailure("the targets are values") }
        for (position, index) in indices.enumerated() { destination[position] = classes[index] }
    }

    /// Copies the values of the samples at `indices`; the targets must be values.
    package func gather(_ indices: ArraySlice<Int>, values destination: UnsafeMutableBufferPointer<Float>) {
        guard case .values(let values) = targets else { preconditionFailure("the targets are classes") }
        for (position, index) in indices.enumerated() { destination[position] = Float(values[index]) }
    }

    /// The samples at `positions`, in that order, with the classes that a model gave them.
    package func selecting(_ positions: [Int], classes: [Int32]) -> Part {
        precondition(positions.count == classes.count, "each sample has one class")
        guard case .classes(_, let names) = targets else { preconditionFailure("the targets are values") }
        return Part(store: store, rows: positions.map { rows[$0] }, targets: .classes(classes, names: names))
    }
}
