/// Reads a CSV file's bytes as features and targets.
struct TableReader {
    private let source: CSVSource
    private let bytes: UnsafeBufferPointer<UInt8>
    private var scanner: CSVScanner
    private var columnNames: [String] = []

    /// What was read.
    struct Table {
        let featureNames: [String]
        /// Row-major.
        let features: [Float]
        let targets: Targets
    }

    /// - Throws: what is wrong with the file or with a cell, with its line and column.
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
        var cells: [Cell] = []
        guard try scanner.next(&cells) else {
            throw DatasetError(.emptyFile, in: source.path, "the file has no rows")
        }
        let columnCount = cells.count
        let header = try header(in: cells)
        let layout = try ColumnLayout(source, header: header, columnCount: columnCount)
        columnNames = layout.names

        var features: [Float] = []
        var labels = ClassLabels()
        var values: [Float] = []
        var hasRow = header == nil ? true : try scanner.next(&cells)
        guard hasRow else {
            throw DatasetError(.emptyFile, in: source.path, "the file has a header, but no rows")
        }
        // The first row's length tells about how many there will be.
        let rowLength = max(1, (cells.last?.end ?? 1) - (cells.first?.start ?? 0))
        features.reserveCapacity((scanner.remaining / rowLength + 1) * layout.features.count)
        while hasRow {
            guard cells.count == columnCount else {
                throw DatasetError(
                    .raggedRow, in: source.path, line: scanner.recordLine,
                    "the row has \(cells.count) cells, but the first has \(columnCount)")
            }
            for column in layout.features {
                features.append(try number(cells[column], column))
            }
            let target = cells[layout.target]
            switch source.targetKind {
            case .classes: labels.append(try label(target, layout.target))
            case .values: values.append(try number(target, layout.target))
            }
            hasRow = try scanner.next(&cells)
        }

        let targets: Targets = source.targetKind == .classes ? labels.targets : .values(values)
        if let names = targets.classNames, names.count < 2 {
            throw DatasetError(
                .oneClass, in: source.path, column: layout.names[layout.target],
                "every row is of the class \(names.joined()); there is nothing to tell apart")
        }
        return Table(featureNames: layout.features.map { layout.names[$0] }, features: features, targets: targets)
    }

    /// The names in the first row, where it is a header.
    ///
    /// It is one when a cell of it is text, unless that is just the label of the first sample: the last or the given
    /// column of classes, with text in the second row as well.
    private func header(in cells: [Cell]) throws(DatasetError) -> [String]? {
        let texts = cells.indices.filter { value(of: cells[$0]) == .text }
        guard !texts.isEmpty else { return nil }
        let names = cells.map { $0.text(in: bytes) }
        let target = source.target.map { Int($0) } ?? cells.count - 1
        if source.targetKind == .classes, texts == [target], let target {
            var second: [Cell] = []
            var lookahead = scanner
            if try lookahead.next(&second), second.count == cells.count, value(of: second[target]) == .text {
                return nil
            }
        }
        return names
    }

    private func value(of cell: Cell) -> CellValue {
        CellValue(bytes, from: cell.start, to: cell.end)
    }

    private func number(_ cell: Cell, _ column: Int) throws(DatasetError) -> Float {
        switch value(of: cell) {
        case .number(let double):
            let float = Float(double)
            guard float.isFinite else { throw error(.outOfRange, cell, column, "is too large for a Float") }
            return float
        case .missing:
            throw error(.missingValue, cell, column, "is no finite number")
        case .text:
            throw error(.textInNumberColumn, cell, column, "is text in a column of numbers")
        }
    }

    private func label(_ cell: Cell, _ column: Int) throws(DatasetError) -> String {
        guard value(of: cell) != .missing else { throw error(.missingValue, cell, column, "is no class") }
        return cell.text(in: bytes)
    }

    private func error(_ code: DatasetError.Code, _ cell: Cell, _ column: Int, _ what: String) -> DatasetError {
        let text = cell.text(in: bytes)
        let subject = text.isEmpty ? "an empty cell" : "'\(text.count > 40 ? text.prefix(40) + "..." : text)'"
        return DatasetError(
            code, in: source.path, line: scanner.recordLine, column: columnNames[column], "\(subject) \(what)")
    }
}
