internal import Foundation
internal import Prediction
internal import Studies
internal import StudyStore

/// What a model's file says of its inputs and outputs beside the weights: texts by name, those of several values in JSON.
struct ModelMetadata {
    private let model: StoredModel

    init(_ model: StoredModel) { self.model = model }

    func properties() throws -> [String: String] {
        let preparation = model.preparation
        var properties = [
            "producer": "winnow", "experiment": model.checkpoint.experiment, "data_sha256": preparation.dataDigest,
            "sample_shape": try json(preparation.sampleShape), "epoch": "\(model.checkpoint.epoch)",
            "trial": "\(model.checkpoint.id.trial)", "value_range": "\(preparation.valueRange)",
            "features_offset": try json(preparation.features.offsets),
            "features_unit": try json(preparation.features.units),
        ]
        if !preparation.featureNames.isEmpty { properties["feature_names"] = try json(preparation.featureNames) }
        if let names = preparation.classNames { properties["class_names"] = try json(names) }
        if let target = preparation.target {
            properties["target_offset"] = "\(target.offsets[0])"
            properties["target_unit"] = "\(target.units[0])"
        }
        if let temperature = preparation.temperature { properties["temperature"] = "\(temperature)" }
        if let columns = preparation.columns {
            properties["columns"] = try json(columns.map(Column.init))
        }
        return properties
    }

    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// A table's column, whose cells are numbers to the model: a category is its position in this list.
    private struct Column: Encodable {
        let name: String
        let kind: String
        let categories: [String]?

        init(_ column: Checkpoint.Preparation.Column) {
            name = column.name
            kind = column.kind.rawValue
            categories = column.categories.isEmpty ? nil : column.categories
        }
    }
}
