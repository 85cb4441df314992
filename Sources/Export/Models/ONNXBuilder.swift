internal import Files
internal import Foundation
internal import SwiftProtobuf

/// Collects the nodes and constants of an ONNX graph.
struct ONNXBuilder {
    private(set) var nodes: [ProtoNode] = []
    private(set) var constants: [ProtoTensor] = []

    enum Number: Int32 {
        case float = 1
        case integer = 7
        case boolean = 9
        case double = 11
    }

    /// Adds a node.
    ///
    /// - Returns: the name of its only output.
    mutating func add(
        _ operation: String, _ inputs: [String], _ attributes: [ProtoAttribute] = [], as name: String? = nil
    ) -> String {
        let output = name ?? "value_\(nodes.count)"
        nodes.append(
            .with {
                $0.opType = operation
                $0.input = inputs
                $0.output = [output]
                $0.name = "\(operation)_\(nodes.count)"
                $0.attribute = attributes
            })
        return output
    }

    mutating func constant(_ values: [Float], shape: [Int], named name: String? = nil) -> String {
        constant(name, shape, .float, values.lazy.map(\.bitPattern).littleEndianBytes)
    }

    mutating func constant(_ values: [Double], shape: [Int]) -> String {
        constant(nil, shape, .double, values.lazy.map(\.bitPattern).littleEndianBytes)
    }

    mutating func constant(_ values: [Int64]) -> String {
        constant(nil, [values.count], .integer, values.littleEndianBytes)
    }

    mutating func constant(_ values: [Bool], shape: [Int]) -> String {
        constant(nil, shape, .boolean, values.map { $0 ? 1 : 0 })
    }

    private mutating func constant(_ name: String?, _ shape: [Int], _ type: Number, _ bytes: [UInt8]) -> String {
        let name = name ?? "constant_\(constants.count)"
        constants.append(
            .with {
                $0.name = name
                $0.dims = shape.map(Int64.init)
                $0.dataType = type.rawValue
                $0.rawData = Data(bytes)
            })
        return name
    }

    /// A value of the graph's border: `batch` samples of a shape.
    static func info(_ name: String, _ type: Number, _ shape: [Int]) -> ProtoValueInfo {
        .with {
            $0.name = name
            $0.type.tensorType.elemType = type.rawValue
            $0.type.tensorType.shape.dim =
                [.with { $0.dimParam = "batch" }] + shape.map { size in .with { $0.dimValue = Int64(size) } }
        }
    }
}

extension ProtoAttribute {
    static func float(_ name: String, _ value: Double) -> ProtoAttribute {
        .with { ($0.name, $0.f, $0.type) = (name, Float(value), 1) }
    }

    static func integer(_ name: String, _ value: Int) -> ProtoAttribute {
        .with { ($0.name, $0.i, $0.type) = (name, Int64(value), 2) }
    }

    static func integers(_ name: String, _ values: [Int]) -> ProtoAttribute {
        .with { ($0.name, $0.ints, $0.type) = (name, values.map(Int64.init), 7) }
    }
}
