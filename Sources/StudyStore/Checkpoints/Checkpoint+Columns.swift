internal import HDF5

extension Checkpoint.Preparation {
    /// A column of a table, and how it becomes a model's inputs.
    ///
    /// A cell is a number: of a date, days since 1970-01-01 00:00 UTC; of a truth value, 1 or 0; of a category, its position
    /// among ``categories``, and -1 of any other text. A category's inputs are 1 for the cell's and 0 for the others, of an
    /// ordinal or embedded one its position; all others have one input. A column with an indicator has one more, 1 where the cell is
    /// missing.
    package struct Column: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            case number, boolean, date, category, ordinal, embedding
        }

        package var name: String
        package var kind: Kind
        /// The cell that stands for a missing one; NaN where that is an error.
        package var fill: Double
        package var hasIndicator: Bool
        /// Of a date, in `strptime`'s words; empty for ISO 8601.
        package var format: String
        package var categories: [String]
        /// The numbers of each category's vector; 0 for a column that is not embedded.
        package var embeddingDimensions: Int

        package init(
            name: String, kind: Kind, fill: Double, hasIndicator: Bool, format: String = "", categories: [String] = [],
            embeddingDimensions: Int = 0
        ) {
            self.name = name
            self.kind = kind
            self.fill = fill
            self.hasIndicator = hasIndicator
            self.format = format
            self.categories = categories
            self.embeddingDimensions = embeddingDimensions
        }

        var inputCount: Int { (kind == .category ? categories.count : 1) + (hasIndicator ? 1 : 0) }
    }
}

extension Checkpoint.Preparation.Column {
    static func write(_ columns: [Self], to group: Group) throws {
        try group.writeStrings(Key.name, columns.map(\.name))
        try group.writeStrings(Key.kind, columns.map(\.kind.rawValue))
        try group.write(Key.fill, columns.map(\.fill))
        try group.write(Key.indicator, columns.map { $0.hasIndicator ? 1 : 0 } as [Int32])
        try group.writeStrings(Key.format, columns.map(\.format))
        if columns.contains(where: { $0.kind == .embedding }) {
            try group.write(Key.embeddingDimensions, columns.map { try $0.embeddingDimensions.asInt32() })
        }
        let categories = columns.flatMap(\.categories)
        // How many of the categories, which stand one after the other, are each column's.
        try group.write(Key.categoryCount, columns.map { try $0.categories.count.asInt32() })
        if !categories.isEmpty { try group.writeStrings(Key.categories, categories) }
    }

    static func read(_ group: Group) throws -> [Self] {
        let names = try group.readStrings(Key.name)
        let kinds = try group.readStrings(Key.kind)
        let fills = try group.read(Key.fill, as: Double.self).values
        let indicators = try group.read(Key.indicator, as: Int32.self).values
        let formats = try group.readStrings(Key.format)
        let counts = try group.read(Key.categoryCount, as: Int32.self).values
        var categories = try (group.contains(Key.categories) ? group.readStrings(Key.categories) : [])[...]
        let dimensions =
            try group.contains(Key.embeddingDimensions)
            ? group.read(Key.embeddingDimensions, as: Int32.self).values : names.map { _ in 0 }
        let sizes = [dimensions.count, kinds.count, fills.count, indicators.count, formats.count, counts.count]
        guard !names.isEmpty, sizes.allSatisfy({ $0 == names.count }) else { throw contradiction(group) }
        let columns = try names.indices.map { index in
            let count = Int(counts[index])
            guard let kind = Kind(rawValue: kinds[index]), 0...categories.count ~= count,
                (dimensions[index] > 0) == (kind == .embedding), kind != .embedding || count > 0
            else {
                throw contradiction(group)
            }
            defer { categories = categories.dropFirst(count) }
            return Self(
                name: names[index], kind: kind, fill: fills[index], hasIndicator: indicators[index] != 0,
                format: formats[index], categories: Array(categories.prefix(count)),
                embeddingDimensions: Int(dimensions[index]))
        }
        guard categories.isEmpty else { throw contradiction(group) }
        return columns
    }

    private static func contradiction(_ group: Group) -> StudyStoreError {
        StudyStoreError(.invalidCheckpoint("\(group.path) contradicts itself"))
    }

    private enum Key {
        static let name = "name"
        static let kind = "kind"
        static let fill = "fill"
        static let indicator = "indicator"
        static let format = "format"
        static let categoryCount = "category_count"
        static let categories = "categories"
        static let embeddingDimensions = "embedding_dim"
    }
}
