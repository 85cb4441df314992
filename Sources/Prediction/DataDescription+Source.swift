import Architecture
package import Datasets
package import Experiments

// What the experiment file says, in the words of those who read data.

extension DataSource {
    /// - Parameter folder: where relative paths start from.
    package init(_ data: DataDescription, folder: String) {
        func path(_ path: String) -> String { path.hasPrefix("/") || folder == "." ? path : "\(folder)/\(path)" }
        switch data.source {
        case .builtIn(.mnist5k): self = .mnist5k
        case .builtIn(.digits): self = .digits
        case .builtIn(.housing): self = .housing
        case .builtIn(.mnist): self = .mnist
        case .builtIn(.fashionMNIST): self = .fashionMNIST
        case .builtIn(.cifar10): self = .cifar10
        case .csv(let csv):
            self = .csv(
                CSVSource(
                    path: path(csv.file), target: csv.target, targetKind: TargetKind(csv.task), ignore: csv.ignore,
                    columns: csv.columns.mapValues(ColumnSettings.init), sampleShape: csv.shape?.dimensions,
                    encoding: csv.encoding.map(TextEncoding.init) ?? .utf8, dialect: TableDialect(csv.format),
                    hasHeader: csv.header, splitColumn: CSVSource.SplitColumn(data.split)))
        case .idx(let folder): self = .idx(folder: path(folder))
        case .cifar10(let folder): self = .cifarFolder(path(folder))
        case .images(let images):
            self = .images(
                ImageFolderSource(
                    path: path(images.folder), size: images.size.map { [$0.height, $0.width] },
                    channels: images.channels, appliesOrientation: images.exifOrientation))
        case .npz(let npz):
            self = .npz(NPZSource(path: path(npz.file), targetKind: TargetKind(npz.task)))
        case .hdf5(let hdf5):
            self = .hdf5(HDF5Source(path: path(hdf5.file), targetKind: TargetKind(hdf5.task)))
        }
    }
}

extension ColumnSettings {
    fileprivate init(_ column: ColumnDescription) {
        self.init(
            kind: column.kind.flatMap { Kind(rawValue: $0.rawValue) },
            missing: column.missing.map(TableColumn.Missing.init), indicator: column.indicator,
            encoding: column.encode.map { encoding in
                switch encoding {
                case .oneHot: .oneHot
                case .ordinal: .ordinal
                case .embedding: .embedding(dimensions: column.embeddingDimensions)
                }
            },
            categories: column.categories, maxCategories: column.maxCategories, dateFormat: column.format)
    }
}

extension SampleFacts {
    /// - Parameter encoder: of a table whose columns are not all inputs as they stand.
    package init(shape: [Int], encoder: TableEncoder?, classNames: [String]?) {
        self.init(
            shape: Shape(shape),
            embeddings: (encoder?.embeddings ?? []).map { input in
                Layer.Embedding(place: input.place, categories: input.categories, dimensions: input.dimensions)
            }, classes: classNames?.count)
    }
}

extension TableColumn.Missing {
    fileprivate init(_ missing: ColumnDescription.Missing) {
        switch missing {
        case .median: self = .median
        case .mean: self = .mean
        case .mostFrequent: self = .mostFrequent
        case .category: self = .category
        case .error: self = .refused
        case .value(let value): self = .value(value)
        }
    }
}

extension TableDialect {
    fileprivate init(_ format: TableFormatDescription) {
        self.init(separator: format.separator, decimal: format.decimal, missingValues: Set(format.missingValues))
    }
}

extension CSVSource.SplitColumn {
    fileprivate init?(_ split: SplitDescription) {
        switch split.kind {
        case .random, .fold: return nil
        case .group(let column): self = .group(column)
        case .time(let column): self = .time(column)
        }
    }
}

extension SplitRequest.Kind {
    fileprivate init(_ split: SplitDescription) {
        switch split.kind {
        case .random: self = .random
        case .fold(let index, let count): self = .fold(index, count: count)
        case .group: self = .group
        case .time: self = .time
        }
    }
}

extension TargetKind {
    fileprivate init(_ task: Experiments.LearningTask) {
        self = task == .classification ? .classes : .values
    }
}

extension TextEncoding {
    fileprivate init(_ encoding: TextEncodingDescription) {
        switch encoding {
        case .utf8: self = .utf8
        case .utf16: self = .utf16
        case .utf16LittleEndian: self = .utf16LittleEndian
        case .utf16BigEndian: self = .utf16BigEndian
        case .latin1: self = .latin1
        case .windows1252: self = .windows1252
        case .macRoman: self = .macRoman
        }
    }
}

extension SplitRequest {
    /// - Parameter own: what the source itself sets apart.
    package init(_ data: DataDescription, own: OwnParts) {
        let usual = Datasets.Amount.share(0.2)
        let test = data.split.test.map(Datasets.Amount.init)
        let validation = data.split.validation.map(Datasets.Amount.init)
        self.init(
            kind: Kind(data.split), training: data.split.training.map(Datasets.Amount.init),
            validation: validation ?? (own.validation == nil ? usual : nil),
            test: test ?? (own.test == nil ? usual : nil), stratified: data.split.stratified,
            imbalance: data.imbalance,
            labelled: data.labelled.map {
                Labelled(count: $0.count, balanced: $0.balanced, validationCount: $0.validationCount)
            })
    }
}

extension Datasets.Amount {
    fileprivate init(_ amount: Experiments.Amount) {
        switch amount {
        case .share(let share): self = .share(share)
        case .count(let count): self = .count(count)
        }
    }
}

extension Scaling {
    package init(_ scale: ScaleDescription) {
        switch scale {
        case .minMax: self = .minMax
        case .standardize: self = .standardize
        case .normalize(let mean, let deviation): self = .normalize(mean: mean, deviation: deviation)
        case .none: self = .none
        }
    }
}

extension Augmentation {
    package init(_ augmentation: AugmentationDescription) {
        switch augmentation {
        case .horizontalFlip(let probability): self = .horizontalFlip(probability: probability)
        case .randomCrop(let padding): self = .randomCrop(padding: padding)
        case .randomErasing(let probability, let area, let aspect):
            self = .randomErasing(probability: probability, area: area, aspect: aspect)
        case .trivialAugment: self = .pixels(.trivialAugment)
        case .randAugment(let operations, let magnitude):
            self = .pixels(.randAugment(operations: operations, magnitude: magnitude))
        case .colorJitter(let brightness, let contrast, let saturation, let hue):
            self = .pixels(
                .colorJitter(brightness: brightness, contrast: contrast, saturation: saturation, hue: hue))
        case .rotation(let degrees): self = .pixels(.rotation(degrees: degrees))
        case .affine(let degrees, let translation, let scale, let shear):
            self = .pixels(.affine(degrees: degrees, translation: translation, scale: scale, shear: shear))
        }
    }
}
