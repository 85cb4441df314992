/// Decides whether a table's first row is a header, if the source does not say so.
///
/// Text makes a header, unless the second row has text in the same columns. So do numbers that count the columns from 0,
/// as pandas names an array's columns, and ascending whole numbers over numbers with decimals, such as years; both give a
/// warning, since a sample could look like that.
struct HeaderRule {
    let bytes: UnsafeBufferPointer<UInt8>
    let source: CSVSource
    /// At most this many, the first among them.
    let rows: [[Cell]]

    /// How many rows are looked at.
    static let rowCount = 100

    struct Answer {
        var isHeader: Bool
        var warning: String?
    }

    func answer() -> Answer {
        let first = rows[0]
        if let said = source.hasHeader { return Answer(isHeader: said) }
        let others = rows.dropFirst().filter { $0.count == first.count }
        guard let second = others.first else { return Answer(isHeader: first.contains { value($0) == .text }) }
        if isNamed(in: first) { return Answer(isHeader: true) }
        let texts = first.indices.filter { value(first[$0]) == .text }
        if texts.contains(where: { value(second[$0]) != .text }) { return Answer(isHeader: true) }
        // Columns of text in both rows tell nothing; the others are numbers in the first.
        let columns = first.indices.filter { !texts.contains($0) && value(second[$0]) != .text }
        guard !columns.isEmpty else { return Answer(isHeader: !texts.isEmpty) }
        return numbers(columns, first, others)
    }

    /// Whether a cell of the first row names the target or an ignored column; a number may be a position.
    private func isNamed(in first: [Cell]) -> Bool {
        let names = first.map { $0.text(in: bytes) }
        let told =
            [source.target, source.splitColumn?.name].compactMap { $0 } + source.ignore + source.columns.keys
            + (source.modelColumns ?? []).map(\.name)
        return told.contains { names.contains($0) && Int($0) == nil }
    }

    private func numbers(_ all: [Int], _ first: [Cell], _ others: [[Cell]]) -> Answer {
        // An index has an empty name, but no empty values.
        let isIndexed = first[all[0]].text(in: bytes).isEmpty && others.allSatisfy { value($0[all[0]]) != .missing }
        let columns = isIndexed ? Array(all.dropFirst()) : all
        let names = columns.map { Int(first[$0].text(in: bytes)) }
        let numbers = names.compactMap { $0 }
        let isAscending = numbers.count == names.count && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
        let isCount = isAscending && numbers == Array(0..<numbers.count)
        if isIndexed, isCount, !columns.isEmpty { return Answer(isHeader: true) }
        let isQuoted = !columns.isEmpty && columns.allSatisfy { first[$0].isQuoted(in: bytes) }
        if isQuoted, others.allSatisfy({ row in columns.contains { !row[$0].isQuoted(in: bytes) } }) {
            return told(first)
        }
        guard isAscending, columns.count >= 2 else { return Answer(isHeader: false) }
        // If the second row goes on counting, the table counts its cells.
        let goesOn =
            isCount && columns.map { Int(others[0][$0].text(in: bytes)) } == columns.indices.map { $0 + columns.count }
        if isCount, !goesOn, columns.count >= 3,
            others.contains(where: { row in columns.contains { isDecimal(row[$0]) } })
        {
            return told(first)
        }
        if isCount, !goesOn, columns.count >= 5 { return told(first) }
        // All but the target, whose classes may be whole numbers.
        if others.allSatisfy({ row in columns.count { isDecimal(row[$0]) } >= max(2, columns.count - 1) }) {
            return told(first)
        }
        guard isCount, !goesOn, columns.count >= 3 else { return Answer(isHeader: false) }
        return Answer(
            isHeader: false,
            warning: "the first row (\(text(first))) is read as a sample; if it is the header, say header: true")
    }

    private func told(_ first: [Cell]) -> Answer {
        Answer(
            isHeader: true,
            warning: "the first row (\(text(first))) is taken for the header and not for a sample; header: true or "
                + "header: false says which it is")
    }

    private func text(_ row: [Cell]) -> String {
        row.prefix(5).map { $0.text(in: bytes) }.joined(separator: ", ") + (row.count > 5 ? ", ..." : "")
    }

    private func value(_ cell: Cell) -> CellValue { source.dialect.value(cell, in: bytes) }

    /// Whether it is a number with a decimal point or an exponent.
    private func isDecimal(_ cell: Cell) -> Bool {
        guard case .number = value(cell) else { return false }
        return bytes[cell.start..<cell.end].contains { $0 == source.dialect.decimal || $0 | 0x20 == UInt8(ascii: "e") }
    }
}
