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
