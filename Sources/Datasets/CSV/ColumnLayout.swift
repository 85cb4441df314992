/// Which column of a table is what.
struct ColumnLayout {
    /// The header's names, or positions from 0 where there is no header.
    let names: [String]
    let target: Int
    /// The positions of the features, ascending.
    let features: [Int]

    /// - Parameters:
    ///   - header: the names in the first row; nil where there are none.
    ///   - columnCount: how many columns the table has.
    /// - Throws: where a column that the source names does not exist or exists twice, or where no feature is left.
    init(_ source: CSVSource, header: [String]?, columnCount: Int) throws(DatasetError) {
        // The name that pandas gives an index, which `to_csv` writes without one.
        let header = header.map { names in names.enumerated().map { $1.isEmpty ? "Unnamed: \($0)" : $1 } }
        let columns = Columns(file: source.path, header: header, count: columnCount)
        names = header ?? (0..<columnCount).map(String.init)
        target =
            if let name = source.target {
                try columns.position(of: name, orElse: .missingTarget)
            } else {
                columnCount - 1
            }
        var excluded: Set = [target]
        for name in source.ignore {
            excluded.insert(try columns.position(of: name, orElse: .unknownColumn))
        }
        features = (0..<columnCount).filter { !excluded.contains($0) }
        guard !features.isEmpty else {
            throw DatasetError(
                .noFeatures, in: source.path, line: 1,
                columnCount == 1
                    ? "the rows have one cell; cells are separated by commas"
                    : "no column is left for features beside the target and those ignored")
        }
    }
}

/// The columns of a table, to be found by name or by position.
private struct Columns {
    let file: String
    let header: [String]?
    let count: Int

    /// The position of the column with that name; failing that, a number is a position from 0.
    func position(of name: String, orElse code: DatasetError.Code) throws(DatasetError) -> Int {
        let places = (header ?? []).indices.filter { header?[$0] == name }
        if let place = places.first {
            guard places.count == 1 else {
                throw DatasetError(.ambiguousColumn, in: file, line: 1, column: name, "stands in the header twice")
            }
            return place
        }
        if let place = Int(name), 0..<count ~= place { return place }
        throw DatasetError(code, in: file, line: 1, unknown(name))
    }

    private func unknown(_ name: String) -> String {
        guard let header else {
            return "there is no column \(name): the file has no header, and its columns are 0 to \(count - 1)"
        }
        if let nearest = nearestName(to: name, among: header) {
            return "there is no column \(name); did you mean \(nearest)?"
        }
        let shown = header.prefix(12).joined(separator: ", ")
        return "there is no column \(name); the columns are \(shown)\(header.count > 12 ? ", and more" : "")"
    }
}
