package import Compute
package import Datasets
package import Experiments
package import StudyStore

// What a checkpoint holds, in the words of those who compute and of those who read data.

extension NamedArray {
    package init(_ tensor: NamedTensor) {
        self.init(name: tensor.name, shape: tensor.shape, values: tensor.values)
    }
}

extension NamedTensor {
    package init(_ array: NamedArray) {
        self.init(name: array.name, shape: array.shape, values: array.values)
    }
}

extension Checkpoint.Preparation {
    /// - Parameters:
    ///   - temperature: of a classifier, where it was measured.
    ///   - software: what trained the model.
    package init(_ data: PreparedData, temperature: Double?, software: [String: String]) {
        self.init(
            sampleShape: data.sampleShape, featureNames: data.featureNames,
            columns: data.encoder.map { encoder in zip(encoder.columns, encoder.fills).map(Column.init) },
            classNames: data.classNames, features: Scale(data.scaling), target: data.targetScaling.map(Scale.init),
            valueRange: data.valueRange, temperature: temperature, software: software, dataDigest: data.digest,
            split: Rows(
                training: data.split.training.map(Int32.init(clamping:)),
                validation: data.split.validation.map(Int32.init(clamping:)),
                test: data.split.test.map(Int32.init(clamping:))))
    }
}

extension Checkpoint.Preparation.Column {
    fileprivate init(_ column: TableColumn, fill: Double) {
        let kind: Kind
        var (format, categories): (String, [String]) = ("", [])
        switch column.kind {
        case .number: kind = .number
        case .boolean: kind = .boolean
        case .date(let given):
            kind = .date
            format = given ?? ""
        case .category(let names, let encoding):
            kind =
                switch encoding {
                case .oneHot: .category
                case .ordinal: .ordinal
                case .embedding: .embedding
                }
            categories = names
        }
        self.init(
            name: column.name, kind: kind, fill: fill, hasIndicator: column.hasIndicator, format: format,
            categories: categories, embeddingDimensions: column.embeddingDimensions ?? 0)
    }
}

extension TableColumn {
    fileprivate init(_ column: Checkpoint.Preparation.Column) {
        let kind: Kind =
            switch column.kind {
            case .number: .number
            case .boolean: .boolean
            case .date: .date(format: column.format.isEmpty ? nil : column.format)
            case .category: .category(column.categories, .oneHot)
            case .ordinal: .category(column.categories, .ordinal)
            case .embedding: .category(column.categories, .embedding(dimensions: column.embeddingDimensions))
            }
        self.init(
            name: column.name, kind: kind, missing: column.fill.isNaN ? .refused : .value(column.fill),
            hasIndicator: column.hasIndicator)
    }
}

extension Checkpoint.Preparation {
    /// How a table's columns become inputs; nil where each is one as it stands.
    package var encoder: TableEncoder? {
        columns.map { columns in TableEncoder(columns: columns.map(TableColumn.init), fills: columns.map(\.fill)) }
    }

    /// What the model follows from.
    package var sampleFacts: SampleFacts {
        SampleFacts(shape: sampleShape, encoder: encoder, classNames: classNames)
    }

    /// The columns of a table that the model takes; empty for images. In those that are inputs as they stand no cell may
    /// be missing.
    package var tableColumns: [TableColumn] {
        encoder?.columns ?? featureNames.map { TableColumn(name: $0, missing: .refused) }
    }
}

extension Checkpoint.Preparation.Scale {
    fileprivate init(_ scaling: FittedScaling) {
        self.init(groupSize: scaling.groupSize, offsets: scaling.offsets, units: scaling.units)
    }
}

extension FittedScaling {
    package init(_ scale: Checkpoint.Preparation.Scale) {
        self.init(groupSize: scale.groupSize, offsets: scale.offsets, units: scale.units)
    }
}
