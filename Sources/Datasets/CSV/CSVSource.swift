/// A table in a CSV file, plain or gzip'd: one column is the target, the others are features.
package struct CSVSource: Hashable, Sendable {
    package var path: String
    /// The target column's name, or its position from 0; nil is the last column.
    package var target: String?
    package var targetKind: TargetKind
    /// Columns that are neither feature nor target, by name or position.
    package var ignore: [String]
    /// The shape of one sample; nil is a flat row of features.
    package var sampleShape: [Int]?
    package var encoding = TextEncoding.utf8
    /// Whether the first row names the columns; nil decides by its contents.
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
    /// ``HeaderRule`` decides whether the first row is a header. A column without a name gets pandas' name, `Unnamed: 0`.
    /// - Parameter name: the data set's name.
    /// - Throws: if the file is missing, damaged, of another format or in another encoding; if a row is ragged, a cell
    ///   missing, or a feature not a number; if a named column does not exist; if there is only one class, or the shape
    ///   does not fit.
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

/// Reads a CSV file's bytes as features and targets.
struct TableReader {
    private let source: CSVSource
    private let bytes: UnsafeBufferPointer<UInt8>
    private var scanner: CSVScanner
    private var columnNames: [String] = []
    private var features: [Int] = []
    private var warnings: [String] = []

    /// What was read.
    struct Table {
        let featureNames: [String]
        let features: Samples
        let targets: Targets
        let warnings: [String]
    }

    /// - Throws: the first mistake of the file, with its line and column.
    static func read(_ source: CSVSource, bytes: [UInt8]) throws(DatasetError) -> Table {
        try bytes.withUnsafeBufferPointer { (bytes) throws(DatasetError) in
            var reader = TableReader(source, bytes)
            return try reader.read()
        }
    }

    private init(_ source: CSVSource, _ bytes: UnsafeBufferPointer<UInt8>) {
        self.source = source
        self.bytes = bytes
        scanner = CSVScanner(bytes, source: source.path)
    }

    private mutating func read() throws(DatasetError) -> Table {
        try TableFormat.check(bytes, path: source.path)
        var cells: [Cell] = []
        guard try scanner.next(&cells) else { throw DatasetError(.emptyFile, in: source.path, "the file has no rows") }
        let columnCount = cells.count
        let header = header(in: cells)
        let layout = try ColumnLayout(source, header: header, columnCount: columnCount)
        columnNames = layout.names
        features = layout.features

        var numbers = NumberList()
        var labels = ClassLabels()
        var values: [Double] = []
        var hasRow = header == nil ? true : try scanner.next(&cells)
        guard hasRow else { throw DatasetError(.emptyFile, in: source.path, "the file has a header, but no rows") }
        var index = IndexWatch(header: header, layout: layout)
        // The first row's length gives an estimate of the number of rows.
        let rowLength = max(1, (cells.last?.end ?? 1) - (cells.first?.start ?? 0))
        numbers.reserveCapacity((scanner.remaining / rowLength + 1) * layout.features.count)
        while hasRow {
            guard cells.count == columnCount else {
                throw DatasetError(
                    .raggedRow, in: source.path, line: scanner.recordLine,
                    "the row has \(cells.count) cells, but the first has \(columnCount)")
            }
            for column in layout.features { numbers.append(try number(cells[column], column, of: cells)) }
            if index.isWatching { index.look(at: cells, bytes) }
            let target = cells[layout.target]
            switch source.targetKind {
            case .classes: labels.append(try label(target, layout.target))
            case .values: values.append(try number(target, layout.target, of: cells))
            }
            hasRow = try scanner.next(&cells)
        }

        let targets: Targets = source.targetKind == .classes ? labels.targets : .values(values)
        if let names = targets.classNames, names.count < 2 {
            throw DatasetError(
                .oneClass, in: source.path, column: layout.names[layout.target],
                "every row is of the class \(names.joined()); there is nothing to tell apart")
        }
        return Table(
            featureNames: layout.features.map { layout.names[$0] }, features: numbers.samples, targets: targets,
            warnings: warnings + index.warnings)
    }

    /// The names in the first row, if it is a header.
    private mutating func header(in cells: [Cell]) -> [String]? {
        var rows = [cells]
        var lookahead = scanner
        var next: [Cell] = []
        // A wrong row is reported when it is read.
        while rows.count < HeaderRule.rowCount, let isRow = try? lookahead.next(&next), isRow { rows.append(next) }
        let answer = HeaderRule(bytes: bytes, source: source, rows: rows).answer()
        if let warning = answer.warning { warnings.append(warning) }
        return answer.isHeader ? cells.map { $0.text(in: bytes) } : nil
    }

    private func number(_ cell: Cell, _ column: Int, of row: [Cell]) throws(DatasetError) -> Double {
        switch cell.value(in: bytes) {
        case .number(let number):
            guard Float(number).isFinite else { throw error(.outOfRange, cell, column, "is too large for a Float") }
            return number
        case .missing:
            throw error(.missingValue, cell, column, "is no finite number" + remedy(.missing, column, in: row))
        case .text:
            throw error(
                .textInNumberColumn, cell, column, "is text in a column of numbers" + remedy(.text, column, in: row))
        }
    }

    /// The advice for features of a row that are not numbers; none for the target, which cannot be left out.
    private func remedy(_ value: CellValue, _ column: Int, in row: [Cell]) -> String {
        guard features.contains(column) else { return "" }
        let columns = features.filter { row[$0].value(in: bytes) == .text || $0 == column }
        let names = columns.prefix(12).map { Self.quoted(columnNames[$0]) }.joined(separator: ", ")
        let list = "ignore: [\(names)\(columns.count > 12 ? ", ..." : "")]"
        return value == .missing ? "; fill it in, or leave the column out: \(list)" : "; leave it out: \(list)"
    }

    /// The name as YAML needs it.
    private static func quoted(_ name: String) -> String {
        name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? name : "'\(name)'"
    }

    private func label(_ cell: Cell, _ column: Int) throws(DatasetError) -> String {
        guard cell.value(in: bytes) != .missing else { throw error(.missingValue, cell, column, "is no class") }
        return cell.text(in: bytes)
    }

    private func error(_ code: DatasetError.Code, _ cell: Cell, _ column: Int, _ what: String) -> DatasetError {
        let text = cell.text(in: bytes)
        let subject = text.isEmpty ? "an empty cell" : "'\(text.count > 40 ? text.prefix(40) + "..." : text)'"
        return DatasetError(
            code, in: source.path, line: scanner.recordLine, column: columnNames[column], "\(subject) \(what)")
    }
}
