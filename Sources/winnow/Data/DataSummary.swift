import Architecture
import Charts
import Console
import Datasets

/// A data set's description, as text and as a JSON document.
struct DataSummary {
    private let dataset: Dataset
    /// The parts that the source sets apart; rows from 0.
    private let parts: [(name: String, rows: Range<Int>)]
    private let lowest: Double
    private let highest: Double
    /// Of a table that is not too wide to be shown column by column.
    private let columns: [ColumnSummary]

    private static let mostColumns = 100

    init(_ dataset: Dataset) {
        self.dataset = dataset
        parts = [
            ("validation", dataset.own.validation), ("test", dataset.own.test), ("unlabelled", dataset.own.unlabelled),
        ].compactMap { name, rows in rows.map { (name, $0) } }
        columns = dataset.columns.count <= Self.mostColumns ? ColumnSummary.all(of: dataset) : []
        switch dataset.samples {
        case .bytes(let bytes):
            lowest = Double(bytes.min() ?? 0)
            highest = Double(bytes.max() ?? 0)
        case .words(let words):
            lowest = Double(words.min() ?? 0)
            highest = Double(words.max() ?? 0)
        case .floats(let floats):
            let numbers = floats.lazy.filter { !$0.isNaN }
            lowest = Double(numbers.min() ?? 0)
            highest = Double(numbers.max() ?? 0)
        case .doubles(let doubles):
            let numbers = doubles.lazy.filter { !$0.isNaN }
            lowest = numbers.min() ?? 0
            highest = numbers.max() ?? 0
        }
    }

    // MARK: For people

    func text(columns width: Int?) -> String {
        let own = parts.map { "\($0.rows.count) \($0.name) (rows \($0.rows.lowerBound) to \($0.rows.upperBound - 1))" }
        var lines = [
            dataset.name,
            "  samples: \(dataset.count)",
            "  parts of its own: \(own.isEmpty ? "none" : own.joined(separator: ", "))",
            "  shape: \(Shape(inputShape)), \(storage)",
        ]
        if columns.isEmpty {
            lines.append("  values: \(Numeral.metric(lowest)) to \(Numeral.metric(highest))")
        }
        lines.append("  digest: \(dataset.digest)")
        switch dataset.targets {
        case .values(let values):
            let mean = values.reduce(0, +) / Double(max(values.count, 1))
            lines.append(
                "  task: regression; targets \(Numeral.metric(values.min() ?? 0)) to "
                    + "\(Numeral.metric(values.max() ?? 0)), mean \(Numeral.metric(mean))")
            return lines.map { $0 + "\n" }.joined() + columnTable(width)
        case .classes(let classes, let names):
            lines.append("  task: classification; \(names.count) classes")
            return lines.map { $0 + "\n" }.joined() + "\n" + table(classes, names).text(columns: width)
                + columnTable(width)
        }
    }

    /// What the columns were found to be, one a line.
    private func columnTable(_ width: Int?) -> String {
        guard !columns.isEmpty else { return "" }
        var table = TextTable(["column", "kind", "inputs", "empty", "values"])
        for column in columns {
            table.add([column.name, column.kind, "\(column.inputs)", "\(column.missing)", column.values])
        }
        return "\n" + table.text(columns: width)
    }

    /// Of what a model gets.
    private var inputShape: [Int] {
        dataset.sampleShape.count == 1 && !dataset.columns.isEmpty
            ? [dataset.columns.reduce(0) { $0 + $1.inputNames.count }] : dataset.sampleShape
    }

    private var storage: String {
        switch dataset.samples {
        case .bytes: "uint8"
        case .words: "uint16"
        case .floats: "float32"
        case .doubles: "float64"
        }
    }

    /// Samples of each class: all, and those of each part.
    private func table(_ classes: [Int32], _ names: [String]) -> TextTable {
        var table = TextTable(["class", "samples"] + parts.map(\.name))
        let all = counts(classes[...], names.count)
        let each = parts.map { counts(classes[$0.rows], names.count) }
        for (index, name) in names.enumerated() {
            table.add([name, String(all[index])] + each.map { String($0[index]) })
        }
        let unknown = classes.count { $0 < 0 }
        if unknown > 0 {
            table.add(
                ["(unknown)", String(unknown)] + parts.map { part in String(classes[part.rows].count { $0 < 0 }) })
        }
        return table
    }

    private func counts(_ classes: ArraySlice<Int32>, _ count: Int) -> [Int] {
        classes.reduce(into: [Int](repeating: 0, count: count)) { counts, index in
            if index >= 0 { counts[Int(index)] += 1 }
        }
    }

    // MARK: For programs

    func json() throws -> String {
        let parts = parts.map { ($0.name, JSONObject(["firstRow": $0.rows.lowerBound, "samples": $0.rows.count])) }
        var (task, classes, targets): (String, [JSONObject]?, JSONObject?) = ("regression", nil, nil)
        switch dataset.targets {
        case .values(let values): targets = Self.range(values.min() ?? 0, values.max() ?? 0)
        case .classes(let labels, let names):
            task = "classification"
            let all = counts(labels[...], names.count)
            let each = self.parts.map { ($0.name, counts(labels[$0.rows], names.count)) }
            classes = names.indices.map { index in
                let parts = Dictionary(uniqueKeysWithValues: each.map { ($0.0, $0.1[index]) })
                return JSONObject(["name": names[index], "samples": all[index], "parts": parts])
            }
        }
        return try JSONObject([
            "name": dataset.name, "task": task, "samples": dataset.count, "shape": inputShape,
            "storage": storage, "values": Self.range(lowest, highest),
            "parts": Dictionary(uniqueKeysWithValues: parts), "features": dataset.featureNames,
            "columns": columns.map(\.json), "classes": classes,
            "targets": targets, "digest": dataset.digest, "warnings": dataset.warnings,
        ]).text()
    }

    private static func range(_ minimum: Double, _ maximum: Double) -> JSONObject {
        JSONObject(["minimum": minimum, "maximum": maximum])
    }
}
