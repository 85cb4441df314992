import Compute
import Foundation
import HDF5
import Testing

/// A file of goldens: what PyTorch computed, made by `make_goldens.py` in this folder.
enum GoldenFile: String, Sendable, CaseIterable {
    case layers, losses, optimizers, regularization, schedules, training

    /// - Throws: also where the file says nothing, so that no test runs on no case.
    func cases() throws -> [GoldenCase] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("\(rawValue).h5").path
        let root = try File.open(at: path).root
        return try root.names().map { GoldenCase(name: $0, group: try root.group($0)) }
    }
}

/// One case: a group of datasets, and attributes that say what it is a case of.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    let name: String
    let group: Group

    var testDescription: String { name }

    /// A setting that stands as JSON, with names as in an experiment file.
    func settings<Settings: Decodable>(_ attribute: String, as type: Settings.Type) throws -> Settings {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(text(attribute).utf8))
    }

    func text(_ attribute: String) throws -> String {
        try group.attribute(attribute, as: String.self)
    }

    func integer(_ attribute: String) throws -> Int {
        Int(try group.attribute(attribute, as: Int32.self))
    }

    func number(_ attribute: String) throws -> Double {
        try group.attribute(attribute, as: Double.self)
    }

    func classes(_ dataset: String) throws -> [Int32] {
        try group.read(dataset, as: Int32.self).values
    }

    func floats(_ dataset: String) throws -> [Float] {
        try group.read(dataset, as: Float.self).values
    }

    /// The tensors of an inner group, under their own names.
    func tensors(_ name: String) throws -> [NamedTensor] {
        let inner = try group.group(name)
        return try inner.names().map { tensor in
            let (values, shape) = try inner.read(tensor, as: Float.self)
            return NamedTensor(name: tensor, shape: shape, values: values)
        }
    }
}
