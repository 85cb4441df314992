/// Cuts a CSV file into records and cells.
///
/// Lines end with LF, CR LF or CR; blank lines are skipped; a byte-order mark is, too.
///
/// Source: RFC 4180.
struct CSVScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    private let source: String
    private let separator: UInt8
    private var position = 0
    private var line: Int
    /// The line on which the latest record begins, from 1.
    private(set) var recordLine: Int

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// - Parameters:
    ///   - source: the file's name, for errors.
    ///   - separator: between cells.
    ///   - line: of the file, that these bytes begin with.
    init(
        _ bytes: UnsafeBufferPointer<UInt8>, source: String, separator: UInt8 = UInt8(ascii: ","),
        firstLine line: Int = 1
    ) {
        self.bytes = bytes
        self.source = source
        self.separator = separator
        self.line = line
        recordLine = line
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The line behind what has been read.
    var nextLine: Int { line }

    /// How many bytes are left to scan.
    var remaining: Int { bytes.count - position }

    /// Replaces `cells` with those of the next record.
    /// - Returns: false at the end of the file.
    /// - Throws: if a quote is not closed, or if text follows a closing quote.
    mutating func next(_ cells: inout [Cell]) throws(DatasetError) -> Bool {
        cells.removeAll(keepingCapacity: true)
        while position < bytes.count, skipLineEnd() {}
        guard position < bytes.count else { return false }
        recordLine = line
        repeat {
            cells.append(try nextCell())
        } while skipSeparator()
        _ = skipLineEnd()
        return true
    }

    /// As ``next(_:)``, of a table whose records all have so many cells.
    /// - Throws: also where the next has another number.
    mutating func next(_ cells: inout [Cell], count: Int) throws(DatasetError) -> Bool {
        guard try next(&cells) else { return false }
        guard cells.count == count else {
            throw DatasetError(
                .raggedRow, in: source, line: recordLine,
                "the row has \(cells.count) cells, but the first has \(count)")
        }
        return true
    }

    private mutating func nextCell() throws(DatasetError) -> Cell {
        if position < bytes.count, bytes[position] == Self.quote { return try quotedCell() }
        let start = position
        while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
        return Cell(start: start, end: position)
    }

    private mutating func quotedCell() throws(DatasetError) -> Cell {
        position += 1
        var cell = Cell(start: position, end: position)
        while position < bytes.count {
            if bytes[position] == Self.lineFeed { line += 1 }
            if bytes[position] == Self.quote {
                guard position + 1 < bytes.count, bytes[position + 1] == Self.quote else { break }
                cell.hasEscapes = true
                position += 1
            }
            position += 1
        }
        guard position < bytes.count else {
            throw DatasetError(.badQuote, in: source, line: recordLine, "a quote is opened and never closed")
        }
        cell.end = position
        position += 1
        guard position == bytes.count || isEnd(bytes[position]) else {
            throw DatasetError(.badQuote, in: source, line: line, "text follows a closing quote")
        }
        return cell
    }

    /// Whether a cell without quotes ends before this byte.
    private func isEnd(_ byte: UInt8) -> Bool {
        byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn
    }

    private mutating func skipSeparator() -> Bool {
        guard position < bytes.count, bytes[position] == separator else { return false }
        position += 1
        return true
    }

    private mutating func skipLineEnd() -> Bool {
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case Self.lineFeed:
            position += 1
        case Self.carriageReturn:
            position += 1
            if position < bytes.count, bytes[position] == Self.lineFeed { position += 1 }
        default:
            return false
        }
        line += 1
        return true
    }
}

/// A cell's range in the file's bytes, without the quotes around it.
struct Cell {
    var start: Int
    var end: Int
    /// Whether two quotes in it stand for one.
    var hasEscapes = false

    /// Whether it is in quotes.
    func isQuoted(in bytes: UnsafeBufferPointer<UInt8>) -> Bool { start > 0 && bytes[start - 1] == UInt8(ascii: "\"") }

    /// The cell's text without blanks at its ends.
    func text(in bytes: UnsafeBufferPointer<UInt8>) -> String {
        let blanks: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        var content = bytes[start..<end].drop { blanks.contains($0) }
        while let last = content.last, blanks.contains(last) { content.removeLast() }
        guard hasEscapes else { return String(decoding: content, as: UTF8.self) }
        var unescaped: [UInt8] = []
        var afterQuote = false
        for byte in content {
            afterQuote = byte == UInt8(ascii: "\"") && !afterQuote
            if !afterQuote { unescaped.append(byte) }
        }
        return String(decoding: unescaped, as: UTF8.self)
    }
}
