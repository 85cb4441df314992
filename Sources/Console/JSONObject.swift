package import Experiments
import Foundation

/// A JSON object of the documents that commands print with `--json`.
///
/// Keys are written in camel case here and printed in snake case; members that are nil are left out.
package struct JSONObject: Encodable {
    private let members: [(key: String, value: any Encodable)]

    package init(_ members: KeyValuePairs<String, (any Encodable)?>) {
        self.members = members.compactMap { key, value in value.map { (key, $0) } }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for (key, value) in members { try container.encode(value, forKey: Key(stringValue: key)) }
    }

    /// The document: indented, with sorted keys, and with NaN and infinities as strings.
    package func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension Assignment {
    /// The values by path, each with its own JSON type.
    package var json: [String: some Encodable] {
        Dictionary(uniqueKeysWithValues: elements.map { ($0.path, PlainValue(value: $0.value)) })
    }
}

/// A parameter's value as a JSON number, boolean or string.
private struct PlainValue: Encodable {
    let value: ParameterValue

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .bool(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        }
    }
}
