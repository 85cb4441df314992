/// A value that a trial gives to a key of the experiment.
package enum ParameterValue: Hashable, Sendable, CustomStringConvertible {
    case int(Int)
    case double(Double)
    case bool(Bool)
    case string(String)

    /// As an experiment file spells it; a Double reads back as the same one.
    package var description: String { ConfigScalar(scalar).text }

    /// The value as a number, where it is one.
    package var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        case .bool, .string: nil
        }
    }

    var scalar: ConfigScalar.Value {
        switch self {
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .bool(let value): .bool(value)
        case .string(let value): .string(value)
        }
    }
}

/// One key that names the type, so that 1 and 1.0 stay apart: `{"double": 1}`.
extension ParameterValue: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case int, double, bool, string
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a parameter value has exactly one type"))
        }
        switch key {
        case .int: self = .int(try container.decode(Int.self, forKey: key))
        case .double: self = .double(try container.decode(Double.self, forKey: key))
        case .bool: self = .bool(try container.decode(Bool.self, forKey: key))
        case .string: self = .string(try container.decode(String.self, forKey: key))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .int(let value): try container.encode(value, forKey: .int)
        case .double(let value): try container.encode(value, forKey: .double)
        case .bool(let value): try container.encode(value, forKey: .bool)
        case .string(let value): try container.encode(value, forKey: .string)
        }
    }
}

extension ParameterValue {
    init(reading value: ConfigValue) throws(ExperimentError) {
        guard case .scalar(let scalar) = value.node.content else {
            throw value.mismatch("a single value")
        }
        switch scalar.value {
        case .null: throw value.mismatch("a single value")
        case .bool(let bool): self = .bool(bool)
        case .int(let int): self = .int(int)
        case .double(let double) where double.isFinite: self = .double(double)
        case .double: throw value.error("must be a finite number, but is \(scalar.text)")
        case .string(let string): self = .string(string)
        }
    }
}
