/// What is said of a table's column, where it is not to be inferred.
package struct ColumnSettings: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case number, boolean, date, category
    }

    package var kind: Kind?
    package var missing: TableColumn.Missing?
    package var indicator: Bool?
    package var encoding: TableColumn.CategoryEncoding?
    /// In their order; nil takes those that the table has.
    package var categories: [String]?
    /// The most categories that are told apart: the most frequent ones.
    package var maxCategories: Int?
    /// How dates are written, in `strptime`'s words; nil for ISO 8601.
    package var dateFormat: String?

    package init(
        kind: Kind? = nil, missing: TableColumn.Missing? = nil, indicator: Bool? = nil,
        encoding: TableColumn.CategoryEncoding? = nil, categories: [String]? = nil, maxCategories: Int? = nil,
        dateFormat: String? = nil
    ) {
        self.kind = kind
        self.missing = missing
        self.indicator = indicator
        self.encoding = encoding
        self.categories = categories
        self.maxCategories = maxCategories
        self.dateFormat = dateFormat
    }

    /// The kind that is said, or that follows from what is said.
    var saidKind: Kind? {
        if let kind { return kind }
        if encoding != nil || categories != nil || maxCategories != nil || missing == .category { return .category }
        return dateFormat == nil ? nil : .date
    }
}
