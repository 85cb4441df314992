/// A table in a CSV file, plain or gzip'd: one column is the target, the others are features.
package struct CSVSource: Hashable, Sendable {
    package var path: String
    /// The target column's name, or its position from 0; the last column where it is not given.
    package var target: String?
    package var targetKind: TargetKind
    /// Columns that are neither feature nor target, by name or position.
    package var ignore: [String]
    /// The shape of one sample; a flat row of features where it is not given.
    package var sampleShape: [Int]?
    package var encoding = TextEncoding.utf8
    /// Whether the first row names the columns; what it looks like, where it is not given.
    package var hasHeader: Bool?

    package init(
        path: String, target: String? = nil, targetKind: TargetKind, ignore: [String] = [], sampleShape: [Int]? = nil,
        encoding: TextEncoding = .utf8, hasHeader: Bool? = nil
    ) {
        self.path = path
        self.target = target
        self.targetKind = targetKind
        self.ignore = ignore
        self.sampleShape = sampleShape
        self.encoding = encoding
        self.hasHeader = hasHeader
    }

    /// Reads the table.
    ///
    /// ``HeaderRule`` says whether the first row is a header. A column without a name goes by pandas' for it, `Unnamed:
    /// 0`.
    /// - Parameter name: the name that the data set gets.
    /// - Throws: where the file is missing or damaged, of another format or in another encoding; where a row is
    ///   ragged, a cell missing, or a feature no number; where a column that is named does not exist; where there is
    ///   but one class, or the shape does not fit.
    package func load(as name: String) throws(DatasetError) -> Dataset {
        let file = try DataFile(path: path)
        let table = try TableReader.read(self, bytes: try encoding.decoded(file.contents, path: path))
        let shape = sampleShape ?? [table.featureNames.count]
        guard shape.reduce(1, *) == table.featureNames.count else {
            throw DatasetError(
                .sampleShape, in: path,
                "has \(table.featureNames.count) features, but a sample of shape "
                    + "\(shapeText(shape)) takes \(shape.reduce(1, *))")
        }
        return Dataset(
            name: name, sampleShape: shape, samples: table.features, targets: table.targets,
            featureNames: table.featureNames, digest: file.digest,
            warnings: (table.warnings + [table.targets.regressionHint].compactMap { $0 }).map { "\(path): \($0)" })
    }
}
