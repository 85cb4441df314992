/// A value that a trial gives to a key of the experiment.
package indirect enum ParameterValue: Hashable, Sendable, CustomStringConvertible {
    case int(Int)
    case double(Double)
    case bool(Bool)
    case string(String)
    case list([ParameterValue])
    /// In the order of the file.
    case mapping([Member])

    package struct Member: Hashable, Sendable {
        package let key: String
        package let value: ParameterValue

        package init(key: String, value: ParameterValue) {
            self.key = key
            self.value = value
        }
    }

    /// As an experiment file spells it on one line; a Double reads back as the same one.
    package var description: String {
        switch self {
        case .string(let text): text
        case .int, .double, .bool, .list, .mapping: YAMLWriter.line(node)
        }
    }

    /// The value as a number, where it is one.
    package var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        case .bool, .string, .list, .mapping: nil
        }
    }

    /// The value as a number, where a Double is exactly this one.
    package var exactNumber: Double? {
        if case .number(let number) = Setting(self) { number } else { nil }
    }

    /// Whether two values are the same setting: neither the spelling of a number (1 or 1.0) nor the order of a mapping's
    /// keys makes another one.
    package func isSame(as other: ParameterValue) -> Bool { Setting(self) == Setting(other) }

    /// A value as far as it makes a difference.
    package enum Setting: Hashable, Sendable {
        case number(Double)
        /// An integer that no Double holds exactly.
        case whole(Int)
        case bool(Bool)
        case string(String)
        case list([Setting])
        case mapping([String: Setting])

        package init(_ value: ParameterValue) {
            switch value {
            case .int(let whole):
                self = Int(exactly: Double(whole)) == whole ? .number(Double(whole)) : .whole(whole)
            case .double(let number): self = .number(number)
            case .bool(let bool): self = .bool(bool)
            case .string(let string): self = .string(string)
            case .list(let elements): self = .list(elements.map(Setting.init))
            case .mapping(let members):
                self = .mapping(Dictionary(members.map { ($0.key, Setting($0.value)) }) { $1 })
            }
        }
    }
}

extension ParameterValue {
    /// - Throws: ``ExperimentError`` for what no key takes: nothing, and numbers that are not finite.
    init(reading value: ConfigValue) throws(ExperimentError) {
        switch value.node.content {
        case .scalar(let scalar):
            switch scalar.value {
            case .null: throw value.mismatch("a value")
            case .bool(let bool): self = .bool(bool)
            case .int(let int): self = .int(int)
            case .double(let double) where double.isFinite: self = .double(double)
            case .double: throw value.error("must be a finite number, but is \(scalar.text)")
            case .string(let string): self = .string(string)
            }
        case .list:
            var elements: [ParameterValue] = []
            for element in try value.elements() { elements.append(try ParameterValue(reading: element)) }
            self = .list(elements)
        case .mapping:
            var members: [Member] = []
            for (name, _, inner) in try value.members() {
                members.append(Member(key: name, value: try ParameterValue(reading: inner)))
            }
            self = .mapping(members)
        }
    }

    /// The value as part of a configuration.
    var node: ConfigNode {
        switch self {
        case .int(let value): ConfigNode(.int(value))
        case .double(let value): ConfigNode(.double(value))
        case .bool(let value): ConfigNode(.bool(value))
        case .string(let value): ConfigNode(.string(value))
        case .list(let elements): ConfigNode(.list(elements.map(\.node)))
        case .mapping(let members):
            ConfigNode(.mapping(members.map { .init(key: $0.key, place: nil, value: $0.value.node) }))
        }
    }
}

/// JSON of the same kind.
extension ParameterValue: Encodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .int(let value): try encode(value, to: encoder)
        case .double(let value): try encode(value, to: encoder)
        case .bool(let value): try encode(value, to: encoder)
        case .string(let value): try encode(value, to: encoder)
        case .list(let elements): try encode(elements, to: encoder)
        case .mapping(let members):
            var container = encoder.container(keyedBy: Key.self)
            for member in members { try container.encode(member.value, forKey: Key(stringValue: member.key)) }
        }
    }

    private func encode(_ value: some Encodable, to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
