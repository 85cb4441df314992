/// Counts what a column's cells look like, and tells what the column holds.
///
/// Numbers make a column of numbers. Texts alone make one of dates where all are dates in ISO 8601, one of truth values
/// where all are `true` and `false` or their like, and otherwise one of categories; so do texts among numbers, where they
/// are more than slips. A column whose texts hardly repeat, such as a name, tells nothing of rows to come.
struct ColumnTally {
    /// Among numbers, so many different texts and such a share of the cells are no slips.
    private static let fewestMixedTexts = 3
    private static let leastMixedShare = 0.1
    /// So many categories are told apart, unless it is said otherwise.
    static let usualCategories = 64
    /// More different texts are not counted.
    private static let mostCounted = 100_000

    let name: String
    var numbers = 0
    private(set) var missing = 0
    private var texts = 0
    private var different: Set<String> = []
    private var areDates = true
    private var areBooleans = true
    private var firstText: (text: String, line: Int)?
    private var firstMissing: Int?

    enum Decision {
        /// Categories are known only when they have been collected.
        case column(TableColumn)
        case leftOut(String)
    }

    init(name: String) { self.name = name }

    mutating func noteMissing(line: Int) {
        missing += 1
        firstMissing = firstMissing ?? line
    }

    mutating func note(_ text: String, line: Int) {
        texts += 1
        firstText = firstText ?? (text, line)
        if different.count < Self.mostCounted { different.insert(text) }
        areDates = areDates && CalendarDate.days(text) != nil
        areBooleans = areBooleans && BooleanWord.value(of: text) != nil
    }

    /// - Throws: where the cells are not what the settings say, or are texts that look like slips.
    func decision(for settings: ColumnSettings?, path: String) throws(DatasetError) -> Decision {
        let said = settings?.saidKind
        if said == nil, numbers == 0, texts == 0 { return .leftOut("has no values") }
        if said == nil, holdsNames {
            return .leftOut(
                "has \(different.count)\(different.count == Self.mostCounted ? " or more" : "") different texts in "
                    + "\(numbers + texts) rows, as names have (columns: {\(name.yaml): {kind: category}} takes it)")
        }
        if settings?.missing == .refused, let firstMissing {
            throw DatasetError(.missingValue, in: path, line: firstMissing, column: name, "an empty cell")
        }
        let kind = if let said { said } else { try inferredKind(path) }
        if kind == .number, let firstText { throw slip(firstText, path) }
        let missing = settings?.missing ?? (kind == .category ? .category : kind == .boolean ? .mostFrequent : .median)
        return .column(
            TableColumn(
                name: name, kind: Self.kind(kind, settings), missing: missing,
                hasIndicator: settings?.indicator ?? (self.missing > 0)))
    }

    private static func kind(_ kind: ColumnSettings.Kind, _ settings: ColumnSettings?) -> TableColumn.Kind {
        switch kind {
        case .number: .number
        case .boolean: .boolean
        case .date: .date(format: settings?.dateFormat)
        case .category: .category(settings?.categories ?? [], settings?.encoding ?? .oneHot)
        }
    }

    private func inferredKind(_ path: String) throws(DatasetError) -> ColumnSettings.Kind {
        guard let firstText else { return .number }
        if numbers == 0 { return areDates ? .date : areBooleans && different.count <= 2 ? .boolean : .category }
        guard isMixed else { throw slip(firstText, path) }
        return .category
    }

    private var isMixed: Bool {
        different.count >= Self.fewestMixedTexts
            && Double(texts) >= Self.leastMixedShare * Double(numbers + texts)
    }

    /// Whether more than half of the texts stand in one row alone, in about.
    private var holdsNames: Bool {
        guard texts > 0, numbers == 0 || isMixed, !(areDates && numbers == 0) else { return false }
        return different.count > Self.usualCategories && 2 * different.count > texts
    }

    private func slip(_ first: (text: String, line: Int), _ path: String) -> DatasetError {
        DatasetError(
            .textInNumberColumn, in: path, line: first.line, column: name,
            "\(RowReader.subject(first.text)) is text in a column of numbers; take it for an empty cell: missing_values: "
                + "[\(first.text.quotedYAML)], take the column for categories: columns: "
                + "{\(name.yaml): {kind: category}}, or leave it out: ignore: [\(name.yaml)]")
    }
}

/// Words that stand for truth values.
enum BooleanWord {
    private static let words: [String: Double] = [
        "true": 1, "false": 0, "yes": 1, "no": 0, "t": 1, "f": 0, "y": 1, "n": 0,
    ]

    /// 1 for true, 0 for false; nil for any other word.
    static func value(of text: String) -> Double? { text.count <= 5 ? words[text.lowercased()] : nil }
}
