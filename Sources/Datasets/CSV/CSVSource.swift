/// A table in a CSV file, plain or gzip'd: one column is the target, the others are features.
package struct CSVSource: Hashable, Sendable {
    package var path: String
    /// The target column's name, or its position from 0; nil is the last column.
    package var target: String?
    package var targetKind: TargetKind
    /// Columns that are neither feature nor target, by name or position.
    package var ignore: [String]
    /// What is said of columns, by name or position; the others are as they look.
    package var columns: [String: ColumnSettings]
    /// The shape of one sample; nil is a flat row of features.
    package var sampleShape: [Int]?
    package var encoding: TextEncoding
    package var dialect: TableDialect
    /// Whether the first row names the columns; nil decides by its contents.
    package var hasHeader: Bool?
    /// A column that is no feature and tells which rows belong together, or which come first.
    package var splitColumn: SplitColumn?
    /// The features that a model was trained on: they are read as they were then, and other columns are left out.
    package var modelColumns: [TableColumn]?

    /// The column that a split goes by.
    package enum SplitColumn: Hashable, Sendable {
        /// Rows with the same text belong together.
        case group(String)
        /// Numbers, or dates in ISO 8601.
        case time(String)

        var name: String {
            switch self {
            case .group(let name), .time(let name): name
            }
        }
    }

    package init(
        path: String, target: String? = nil, targetKind: TargetKind, ignore: [String] = [],
        columns: [String: ColumnSettings] = [:], sampleShape: [Int]? = nil, encoding: TextEncoding = .utf8,
        dialect: TableDialect = .standard, hasHeader: Bool? = nil, splitColumn: SplitColumn? = nil
    ) {
        self.path = path
        self.target = target
        self.targetKind = targetKind
        self.ignore = ignore
        self.columns = columns
        self.sampleShape = sampleShape
        self.encoding = encoding
        self.dialect = dialect
        self.hasHeader = hasHeader
        self.splitColumn = splitColumn
    }

    /// Reads the table.
    ///
    /// ``HeaderRule`` decides whether the first row is a header. A column without a name gets pandas' name, `Unnamed: 0`.
    /// What a column holds follows from its cells (``ColumnTally``), where ``columns`` does not say it.
    /// - Parameter name: the data set's name.
    /// - Throws: if the file is missing, damaged, of another format or in another encoding; if a row is ragged, or a cell
    ///   is not what its column holds; if a named column does not exist; if there is only one class, or the shape does
    ///   not fit.
    package func load(as name: String) throws(DatasetError) -> Dataset {
        let file = try DataFile(path: path)
        let table = try TableReader.read(self, bytes: try encoding.decoded(file.contents, path: path))
        if sampleShape != nil, let column = table.columns.first(where: { !$0.isPlain }) {
            throw DatasetError(
                .sampleShape, in: path, column: column.name,
                "samples of a shape are numbers without a gap, and this column has others: fill it in, or leave it out: "
                    + "ignore: [\(column.name.yaml)]")
        }
        let shape = sampleShape ?? [table.columns.count]
        guard shape.reduce(1, *) == table.columns.count else {
            throw DatasetError(
                .sampleShape, in: path,
                "has \(table.columns.count) features, but a sample of shape "
                    + "\(shapeText(shape)) takes \(shape.reduce(1, *))")
        }
        return Dataset(
            name: name, sampleShape: shape, samples: table.features, targets: table.targets, columns: table.columns,
            splitKeys: table.splitKeys, digest: file.digest,
            warnings: (table.warnings + [table.targets.regressionHint].compactMap { $0 }).map { "\(path): \($0)" })
    }
}

extension String {
    /// The name as YAML needs it.
    var yaml: String { allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? self : quotedYAML }

    /// The text in YAML's single quotes.
    var quotedYAML: String { "'\(split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'" }
}
