/// What is said of a table's column: what it holds, and what stands for its empty cells. What is not said follows from its
/// cells.
package struct ColumnDescription: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case number, boolean, date, category
    }

    /// How a category enters the model.
    package enum Encoding: String, Hashable, Sendable, CaseIterable {
        /// An input for each category.
        case oneHot = "one_hot"
        /// One input, the category's position: categories in order.
        case ordinal
        /// One input, the category's position, in whose place the model learns a vector.
        case embedding
    }

    /// What stands for an empty cell; all is measured on the training part.
    package enum Missing: Hashable, Sendable {
        case median, mean, mostFrequent
        /// Missing is a category of its own.
        case category
        /// An empty cell is a mistake.
        case error
        case value(Double)
    }

    package let kind: Kind?
    package let missing: Missing?
    /// Whether an input of its own says that the cell is empty; nil where there is one if any cell is.
    package let indicator: Bool?
    package let encode: Encoding?
    /// The numbers of an embedding's vector; nil follows from how many categories there are.
    package let embeddingDimensions: Int?
    /// In their order; nil takes those that the table has.
    package let categories: [String]?
    /// The most categories that are told apart.
    package let maxCategories: Int?
    /// How dates are written, in `strptime`'s words; nil for ISO 8601.
    package let format: String?
}

extension ColumnDescription {
    private enum MissingWord: String, CaseIterable {
        case median, mean
        case mostFrequent = "most_frequent"
        case category, error
    }

    /// Reads `{age: {missing: median}, town: category}`.
    static func readAll(
        _ key: String, of source: Section
    ) throws(ExperimentError) -> [String: ColumnDescription] {
        guard let value = source.optional(key) else { return [:] }
        var columns: [String: ColumnDescription] = [:]
        var resolved: [ConfigNode.Entry] = []
        for (name, _, settings) in try value.members("a mapping of columns, such as {age: {missing: median}}") {
            let (column, note) = try settings.section { section throws(ExperimentError) in
                try ColumnDescription(reading: section)
            }
            columns[name] = column
            resolved.append(.init(key: name, value: note))
        }
        if !resolved.isEmpty { source.note(key, ConfigNode(.mapping(resolved))) }
        return columns
    }

    private init(reading section: Section) throws(ExperimentError) {
        kind = try section.has("kind") ? section.choice("kind", noun: "kind of column") : nil
        missing = try Self.missing(section)
        indicator = try section.has("indicator") ? section.bool("indicator") : nil
        encode = try section.has("encode") ? section.choice("encode", noun: "encoding") : nil
        embeddingDimensions =
            try section.has("embedding_dim") ? section.int("embedding_dim", in: 1...4096) : nil
        if embeddingDimensions != nil, encode != .embedding {
            throw section.error(at: "embedding_dim", "is for encode: embedding")
        }
        let names = try section.strings("categories")
        guard !section.has("categories") || names.count > 1 && Set(names).count == names.count else {
            throw section.error(at: "categories", "must be at least two different texts")
        }
        categories = names.isEmpty ? nil : names
        maxCategories = try section.has("max_categories") ? section.int("max_categories", in: 2...10_000) : nil
        format = try section.optionalString("format")
        // Known, though they are not there.
        for key in ["kind", "indicator", "encode", "embedding_dim", "max_categories"] { _ = section.optional(key) }
        let isCategory = encode != nil || categories != nil || maxCategories != nil || missing == .category
        if isCategory, let kind, kind != .category {
            throw section.error(at: "kind", "a \(kind.rawValue) has no categories")
        }
        if format != nil, let kind, kind != .date {
            throw section.error(at: "format", "says how dates are written, but the column is a \(kind.rawValue)")
        }
        if format != nil, isCategory {
            throw section.error(at: "format", "says how dates are written, but the column has categories")
        }
    }

    /// A word, or the number that stands for an empty cell.
    private static func missing(_ section: Section) throws(ExperimentError) -> Missing? {
        guard let given = section.optional("missing") else { return nil }
        if let number = try? given.double() {
            section.note("missing", ConfigNode(.double(number)))
            return .value(number)
        }
        let word: MissingWord = try section.choice("missing", noun: "way to fill a cell (or a number)")
        return switch word {
        case .median: .median
        case .mean: .mean
        case .mostFrequent: .mostFrequent
        case .category: .category
        case .error: .error
        }
    }
}

/// How a table's text is cut into cells and numbers.
package struct TableFormatDescription: Hashable, Sendable {
    /// Between cells, one byte.
    package let separator: UInt8
    /// Before a number's fraction.
    package let decimal: UInt8
    /// Texts that stand for an empty cell, beside the usual ones.
    package let missingValues: [String]

    init(reading section: Section) throws(ExperimentError) {
        separator = try Self.character("separator", ",", of: section, names: ["tab": "\t"])
        decimal = try Self.character("decimal", ".", of: section, names: [:])
        guard separator != decimal else {
            throw section.error(at: "decimal", "cells are separated by it; say another separator, such as ';'")
        }
        missingValues = try section.strings("missing_values")
    }

    private static func character(
        _ key: String, _ usual: String, of section: Section, names: [String: String]
    ) throws(ExperimentError) -> UInt8 {
        guard let given = try section.optionalString(key) else { return usual.utf8.first! }
        guard let byte = Self.byte(of: names[given] ?? given) else {
            throw section.error(at: key, "must be one character, such as \"\(usual == "," ? ";" : ",")\"")
        }
        return byte
    }

    /// The byte of a text that may separate cells or a number's fraction; nil for any other text.
    package static func byte(of text: String) -> UInt8? {
        guard let byte = text.utf8.first, text.utf8.count == 1, !"\"\n\r0123456789-+".utf8.contains(byte) else {
            return nil
        }
        return byte
    }
}
