/// Turns a table's columns into a model's inputs, with what was measured on the training part: categories become an input
/// each, and missing cells what stands for them.
///
/// What the training part has never shown enters as zeros: a category that is none of the columns', and one that no training
/// row has (``FittedScaling`` sees to the latter).
package struct TableEncoder: Hashable, Sendable {
    package let columns: [TableColumn]
    /// What stands for a missing cell of each column; NaN where that is an error.
    package let fills: [Double]

    /// - Parameter fills: measured before, one for each column.
    package init(columns: [TableColumn], fills: [Double]) {
        precondition(columns.count == fills.count, "each column has something that stands for a missing cell")
        self.columns = columns
        self.fills = fills
    }

    /// Measures what stands for missing cells.
    ///
    /// - Parameters:
    ///   - samples: rows of `columns`, row-major.
    ///   - rows: those to measure.
    init(fitting columns: [TableColumn], on samples: Samples, rows: [Int]) {
        func fills<Number>(_ values: SampleArray<Number>) -> [Double] {
            columns.indices.map { index in
                func cells() -> [Double] {
                    rows.map { values[$0 * columns.count + index].double }.filter { !$0.isNaN }
                }
                return switch columns[index].missing {
                case .refused: .nan
                case .category: -1
                case .value(let value): value
                case .median: Self.median(cells())
                case .mean: Self.mean(cells())
                case .mostFrequent: Self.mostFrequent(cells())
                }
            }
        }
        let measured: [Double] =
            switch samples {
            case .floats(let values): fills(values)
            case .doubles(let values): fills(values)
            case .words(let values): fills(values)
            case .bytes(let values): fills(values)
            }
        self.init(columns: columns, fills: measured)
    }

    package var inputNames: [String] { columns.flatMap(\.inputNames) }
    package var inputCount: Int { columns.reduce(0) { $0 + $1.inputNames.count } }
    var inputRoles: [InputRole] { columns.flatMap(\.inputRoles) }

    /// The inputs in whose places the model learns vectors.
    package var embeddings: [EmbeddedInput] {
        var (found, place): ([EmbeddedInput], Int) = ([], 0)
        for column in columns {
            if let dimensions = column.embeddingDimensions, case .category(let categories, _) = column.kind {
                found.append(EmbeddedInput(place: place, categories: categories.count, dimensions: dimensions))
            }
            place += column.inputNames.count
        }
        return found
    }

    /// The inputs of all rows, row-major.
    package func encode(_ samples: Samples) -> Samples {
        precondition(samples.count % columns.count == 0, "there is a cell for each column of each row")
        return switch samples {
        case .floats(let values): values.withUnsafeBufferPointer(encode)
        case .doubles(let values): values.withUnsafeBufferPointer(encode)
        case .words(let values): values.withUnsafeBufferPointer(encode)
        case .bytes(let values): values.withUnsafeBufferPointer(encode)
        }
    }

    private func encode<Number: SampleNumber>(_ values: UnsafeBufferPointer<Number>) -> Samples {
        var inputs = NumberList()
        inputs.reserveCapacity(values.count / columns.count * inputCount)
        for row in stride(from: 0, to: values.count, by: columns.count) {
            for (index, column) in columns.enumerated() {
                let cell = values[row + index].double
                let number = cell.isNaN ? fills[index] : cell
                if case .category(let categories, .oneHot) = column.kind {
                    for category in categories.indices { inputs.append(number == Double(category) ? 1 : 0) }
                } else {
                    inputs.append(number)
                }
                if column.hasIndicator { inputs.append(cell.isNaN ? 1 : 0) }
            }
        }
        return inputs.samples
    }

    // MARK: What stands for a missing cell

    /// Of an even number of values, the mean of the two in the middle; 0 of none.
    private static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    /// The smallest of those that occur most often.
    private static func mostFrequent(_ values: [Double]) -> Double {
        let counts = values.reduce(into: [Double: Int]()) { $0[$1, default: 0] += 1 }
        return counts.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key ?? 0
    }
}

/// An input that is a category's position, in whose place the model learns a vector.
package struct EmbeddedInput: Hashable, Sendable {
    package let place: Int
    package let categories: Int
    package let dimensions: Int
}

extension Dataset {
    /// The same samples with their columns as inputs; what stands for missing cells is measured on all rows.
    package var withInputs: Dataset {
        guard !columns.allSatisfy(\.isPlain) else { return self }
        let encoder = TableEncoder(fitting: columns, on: samples, rows: Array(0..<count))
        return Dataset(
            name: name, sampleShape: [encoder.inputCount], samples: encoder.encode(samples), targets: targets,
            columns: encoder.inputNames.map { TableColumn(name: $0) }, digest: digest, own: own, warnings: warnings)
    }
}
