import Charts
import Console
import Datasets
import Foundation

/// What a table's column was found to be, for people and for programs.
struct ColumnSummary {
    let name: String
    let kind: String
    /// How many of a model's inputs it becomes.
    let inputs: Int
    /// How many cells are empty.
    let missing: Int
    /// Its range, or its categories.
    let values: String
    private let categories: [String]?
    private let lowest: Double
    private let highest: Double

    static func all(of dataset: Dataset) -> [ColumnSummary] {
        let width = dataset.columns.count
        return dataset.columns.enumerated().map { index, column in
            let places = stride(from: index, to: dataset.samples.count, by: max(width, 1))
            let cells: [Double] =
                switch dataset.samples {
                case .bytes(let values): places.map { Double(values[$0]) }
                case .words(let values): places.map { Double(values[$0]) }
                case .floats(let values): places.map { Double(values[$0]) }
                case .doubles(let values): places.map { values[$0] }
                }
            return ColumnSummary(column, cells)
        }
    }

    private init(_ column: TableColumn, _ cells: [Double]) {
        name = column.name
        inputs = column.inputNames.count
        missing = cells.count { $0.isNaN }
        let known = cells.filter { !$0.isNaN }
        (lowest, highest) = (known.min() ?? 0, known.max() ?? 0)
        switch column.kind {
        case .number:
            (kind, categories) = ("number", nil)
            values = "\(Numeral.metric(lowest)) to \(Numeral.metric(highest))"
        case .boolean:
            (kind, categories) = ("boolean", nil)
            values = "true in \(known.count { $0 == 1 }), false in \(known.count { $0 == 0 })"
        case .date:
            (kind, categories) = ("date", nil)
            values = "\(Self.day(lowest)) to \(Self.day(highest))"
        case .category(let names, let encoding):
            let kinds: String =
                switch encoding {
                case .oneHot: "category"
                case .ordinal: "ordinal category"
                case .embedding: "embedded category"
                }
            (kind, categories) = (kinds, names)
            let shown = names.prefix(6).joined(separator: ", ")
            values = "\(names.count): \(shown)\(names.count > 6 ? ", ..." : "")"
        }
    }

    private static func day(_ days: Double) -> String {
        Date(timeIntervalSince1970: days * 86_400).formatted(.iso8601.year().month().day())
    }

    var json: JSONObject {
        JSONObject([
            "name": name, "kind": kind, "inputs": inputs, "missing": missing, "categories": categories,
            "minimum": categories == nil ? lowest : nil, "maximum": categories == nil ? highest : nil,
        ])
    }
}
