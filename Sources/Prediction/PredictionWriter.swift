import Experiments
import Files
import Foundation
import HDF5

/// Writes a model's answers, block by block, so that there may be more than memory holds; HDF5 alone is kept until the
/// end.
package final class PredictionWriter {
    /// How answers are written.
    package enum Format {
        case csv, json, hdf5

        /// The one that a file's name says; nil for any other name.
        package init?(path: String) {
            switch path.split(separator: ".").last?.lowercased() {
            case "csv": self = .csv
            case "json": self = .json
            case "h5", "hdf5": self = .hdf5
            default: return nil
            }
        }
    }

    private let format: Format
    private let classNames: [String]?
    private let heading: String
    private let emit: ([UInt8]) throws -> Void
    private var count = 0
    /// What an HDF5 file is to hold.
    private var names: [String] = []
    private var values: [Double] = []
    private var probabilities: [Float] = []
    private var classes: [Int32] = []

    /// - Parameters:
    ///   - classNames: the model's; nil for a regression.
    ///   - heading: of the samples' names.
    ///   - emit: takes the bytes, in order.
    package init(
        _ format: Format, classNames: [String]?, heading: String, emit: @escaping ([UInt8]) throws -> Void
    ) throws {
        self.format = format
        self.classNames = classNames
        self.heading = heading
        self.emit = emit
        switch format {
        case .csv:
            let columns = classNames.map { ["class"] + $0.map { "probability_\($0)" } } ?? ["prediction"]
            try emit(Array((([heading] + columns).map(\.tableCell).joined(separator: ",") + "\n").utf8))
        case .json: try emit(Array("[".utf8))
        case .hdf5: break
        }
    }

    /// - Parameter names: of the samples, one for each.
    package func write(_ predictions: Predictions, names: [String]) throws {
        guard format != .hdf5 else { return keep(predictions, names: names) }
        var text = ""
        for (sample, name) in names.enumerated() {
            text += format == .csv ? line(predictions, sample, name) : object(predictions, sample, name)
            count += 1
        }
        try emit(Array(text.utf8))
    }

    /// Ends the document.
    package func finish() throws {
        switch format {
        case .csv: break
        case .json: try emit(Array("\n]\n".utf8))
        case .hdf5: try emit(try image())
        }
    }

    // MARK: Text

    private func line(_ predictions: Predictions, _ sample: Int, _ name: String) -> String {
        switch predictions {
        case .values(let values): return "\(name.tableCell),\(values[sample])\n"
        case .probabilities(let values, let classes):
            var line = "\(name.tableCell),\(className(predictions, sample).tableCell)"
            for value in values[sample * classes..<(sample + 1) * classes] { line += ",\(value)" }
            return line + "\n"
        }
    }

    private func className(_ predictions: Predictions, _ sample: Int) -> String {
        predictions.predictedClass(ofSample: sample).flatMap { classNames?[$0] } ?? ""
    }

    private func object(_ predictions: Predictions, _ sample: Int, _ name: String) -> String {
        // A row's number is a number.
        let place = heading == "row" ? name : Self.quoted(name)
        let begin = "\(count == 0 ? "" : ",")\n  {\(Self.quoted(heading)): \(place), "
        switch predictions {
        case .values(let values): return begin + "\"prediction\": \(Self.number(values[sample]))}"
        case .probabilities(let values, let classes):
            let row = values[sample * classes..<(sample + 1) * classes]
            let pairs = zip(classNames ?? [], row).map { "\(Self.quoted($0)): \($1.isFinite ? "\($1)" : "null")" }
            return begin
                + "\"class\": \(Self.quoted(className(predictions, sample))), \"probabilities\": {\(pairs.joined(separator: ", "))}}"
        }
    }

    /// JSON has no NaN and no infinity.
    private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }

    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }

    // MARK: HDF5

    private func keep(_ predictions: Predictions, names: [String]) {
        if heading != "row" { self.names += names }
        count += names.count
        switch predictions {
        case .values(let values): self.values += values
        case .probabilities(let values, _):
            probabilities += values
            classes += names.indices.map { Int32(predictions.predictedClass(ofSample: $0) ?? -1) }
        }
    }

    private func image() throws -> [UInt8] {
        let file = try File.createInMemory()
        if !names.isEmpty { try file.root.writeStrings(heading, names) }
        if let classNames {
            try file.root.writeStrings("class_names", classNames)
            try file.root.write("class", classes)
            try file.root.write("probabilities", probabilities, shape: [count, classNames.count])
        } else {
            try file.root.write("prediction", values)
        }
        return try file.image()
    }
}

extension PredictionError: SystemCallError {
    package init(failed operation: String, at path: String, code: Int32) { self = .cannotWrite(path, code: code) }
}
