/// Reads a CSV file's bytes as features and targets: once to see what the columns hold, and, where that is not numbers
/// alone, once more.
struct TableReader {
    private let source: CSVSource
    private let bytes: UnsafeBufferPointer<UInt8>
    private var layout: ColumnLayout
    private let columnCount: Int
    private let header: [String]?
    /// Stands before the first row that is no header.
    private let rows: CSVScanner
    private var warnings: [String] = []
    /// As the table's first pass finds them.
    private var targets: Targets = .values([])
    private var splitKeys: SplitKeys?

    /// What was read.
    struct Table {
        let columns: [TableColumn]
        /// Rows of the columns: see ``TableColumn/Kind`` for what stands for a cell.
        let features: Samples
        let targets: Targets
        let splitKeys: SplitKeys?
        let warnings: [String]
    }

    /// - Throws: the first mistake of the file, with its line and column.
    static func read(_ source: CSVSource, bytes: [UInt8]) throws(DatasetError) -> Table {
        try bytes.withUnsafeBufferPointer { (bytes) throws(DatasetError) in
            var reader = try TableReader(source, bytes)
            return try reader.read()
        }
    }

    private init(_ source: CSVSource, _ bytes: UnsafeBufferPointer<UInt8>) throws(DatasetError) {
        self.source = source
        self.bytes = bytes
        try TableFormat.check(bytes, path: source.path, separator: source.dialect.separator)
        let start = CSVScanner(bytes, source: source.path, separator: source.dialect.separator)
        var scanner = start
        var cells: [Cell] = []
        guard try scanner.next(&cells) else { throw DatasetError(.emptyFile, in: source.path, "the file has no rows") }
        columnCount = cells.count
        var first = [cells]
        var lookahead = scanner
        var next: [Cell] = []
        // A wrong row is reported when it is read.
        while first.count < HeaderRule.rowCount, let isRow = try? lookahead.next(&next), isRow { first.append(next) }
        let answer = HeaderRule(bytes: bytes, source: source, rows: first).answer()
        if let warning = answer.warning { warnings.append(warning) }
        header = answer.isHeader ? cells.map { $0.text(in: bytes) } : nil
        rows = answer.isHeader ? scanner : start
        layout = try ColumnLayout(source, header: header, columnCount: columnCount)
        var probe = rows
        guard try probe.next(&next) else {
            throw DatasetError(.emptyFile, in: source.path, "the file has a header, but no rows")
        }
    }

    private mutating func read() throws(DatasetError) -> Table {
        if let columns = source.modelColumns {
            // They are known: what is looked at is the target alone.
            _ = try survey([])
            return try read(columns, at: layout.features)
        }
        let (numbers, tallies) = try survey(layout.features)
        var columns: [TableColumn] = []
        var positions: [Int] = []
        for (position, tally) in zip(layout.features, tallies) {
            switch try tally.decision(for: layout.settings[position], path: source.path) {
            case .column(let column):
                columns.append(column)
                positions.append(position)
            case .leftOut(let reason):
                warnings.append(
                    "column \(layout.names[position]): \(reason), and is left out; ignore: "
                        + "[\(layout.names[position].yaml)] says so")
            }
        }
        guard !columns.isEmpty else {
            throw DatasetError(.noFeatures, in: source.path, "no column is left for features beside those left out")
        }
        guard positions.count < layout.features.count || columns.contains(where: { $0.kind != .number }) else {
            return table(columns, numbers)
        }
        return try read(columns, at: positions)
    }

    private func table(_ columns: [TableColumn], _ features: Samples, _ more: [String] = []) -> Table {
        Table(
            columns: columns, features: features, targets: targets, splitKeys: splitKeys, warnings: warnings + more)
    }

    // MARK: The first pass

    /// Reads targets, and the columns at `features` as far as they are numbers.
    private mutating func survey(_ features: [Int]) throws(DatasetError) -> (Samples, [ColumnTally]) {
        var tallies = features.map { ColumnTally(name: layout.names[$0]) }
        var numbers = NumberList()
        var labels = ClassLabels()
        var values: [Double] = []
        var groups = ClassLabels()
        var times: [Double] = []
        var index = IndexWatch(layout: layout, dialect: source.dialect)
        var scanner = rows
        var cells: [Cell] = []
        while try scanner.next(&cells, count: columnCount) {
            let line = scanner.recordLine
            for (place, position) in features.enumerated() {
                let value = source.dialect.value(cells[position], in: bytes)
                if let fault = value.fault { throw error(.outOfRange, cells[position], position, line, fault) }
                if case .number(let number) = value {
                    numbers.append(number)
                    tallies[place].numbers += 1
                    continue
                }
                numbers.append(.nan)
                if value == .missing {
                    tallies[place].noteMissing(line: line)
                } else {
                    tallies[place].note(cells[position].text(in: bytes), line: line)
                }
            }
            if values.isEmpty, labels.isEmpty {
                // The first row's length gives an estimate of the number of rows.
                let rowLength = max(1, (cells.last?.end ?? 1) - (cells.first?.start ?? 0))
                numbers.reserveCapacity((scanner.remaining / rowLength + 1) * features.count)
            }
            if index.isWatching { index.look(at: cells, bytes) }
            switch source.targetKind {
            case .classes: labels.append(try text(cells[layout.target], layout.target, line, "is no class"))
            case .values: values.append(try number(cells[layout.target], layout.target, line))
            }
            switch (source.splitColumn, layout.splitColumn) {
            case (.group, let position?):
                groups.append(try text(cells[position], position, line, "tells no group of its row"))
            case (.time, let position?): times.append(try time(cells[position], position, line))
            default: break
            }
        }
        warnings += index.warnings
        targets = source.targetKind == .classes ? labels.targets : .values(values)
        if let names = targets.classNames, names.count < 2, source.modelColumns == nil {
            throw DatasetError(
                .oneClass, in: source.path, column: layout.names[layout.target],
                "every row is of the class \(names.joined()); there is nothing to tell apart")
        }
        switch source.splitColumn {
        case .group(let name):
            guard case .classes(let indices, let names) = groups.targets else { break }
            splitKeys = .groups(indices, names: names, column: name)
        case .time(let name): splitKeys = .times(times, column: name)
        case nil: break
        }
        return (numbers.samples, tallies)
    }

    // MARK: The second pass

    /// Reads the features as what they are known to be.
    private func read(_ columns: [TableColumn], at positions: [Int]) throws(DatasetError) -> Table {
        var reader = RowReader(
            columns, at: positions, dialect: source.dialect, path: source.path, collects: source.modelColumns == nil)
        var values: [Double] = []
        var scanner = rows
        var cells: [Cell] = []
        while try scanner.next(&cells, count: columnCount) {
            try reader.append(cells, bytes, line: scanner.recordLine, to: &values)
        }
        let (found, notes) = reader.finish(&values, settings: positions.map { layout.settings[$0] })
        return table(found, NumberList(values).samples, notes)
    }

    // MARK: Cells

    private func number(_ cell: Cell, _ column: Int, _ line: Int) throws(DatasetError) -> Double {
        let value = source.dialect.value(cell, in: bytes)
        if let fault = value.fault { throw error(.outOfRange, cell, column, line, fault) }
        if case .number(let number) = value { return number }
        if value == .missing { throw error(.missingValue, cell, column, line, "is no finite number") }
        throw error(.textInNumberColumn, cell, column, line, "is text in a column of numbers")
    }

    private func text(_ cell: Cell, _ column: Int, _ line: Int, _ what: String) throws(DatasetError) -> String {
        switch source.dialect.value(cell, in: bytes) {
        case .missing, .infinite: throw error(.missingValue, cell, column, line, what)
        case .number, .text: return cell.text(in: bytes)
        }
    }

    private func time(_ cell: Cell, _ column: Int, _ line: Int) throws(DatasetError) -> Double {
        if case .number(let number) = source.dialect.value(cell, in: bytes) { return number }
        if let days = CalendarDate.days(cell.text(in: bytes)) { return days }
        throw error(
            .missingValue, cell, column, line, "is no time to split by: a number, or a date such as 2026-12-01")
    }

    private func error(
        _ code: DatasetError.Code, _ cell: Cell, _ column: Int, _ line: Int, _ what: String
    ) -> DatasetError {
        DatasetError(
            code, in: source.path, line: line, column: layout.names[column],
            "\(RowReader.subject(cell.text(in: bytes))) \(what)")
    }
}
