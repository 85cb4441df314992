#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads chosen columns of a CSV file as numbers, a block of rows at a time: the table may be larger than memory, where it
/// is not compressed.
package struct TableBlocks {
    private let path: String
    private let columns: [String]
    /// The bytes that are not read yet: of a compressed file all of them.
    private let file: TableFile
    private var positions: [Int]?
    private var columnCount = 0
    private var line = 1
    /// Columns of the file that are none of those chosen.
    package private(set) var otherColumns: [String] = []

    /// Rows of numbers.
    package struct Block {
        /// Row-major: rows x columns.
        package var values: [Double]
        package var count: Int
    }

    /// - Parameters:
    ///   - columns: their names, in the order in which they are wanted; whole numbers are positions from 0 where the file
    ///     has no header with such names.
    /// - Throws: where there is no such file, or it is of another format.
    package init(path: String, columns: [String]) throws(DatasetError) {
        self.path = path
        self.columns = columns
        file = try TableFile(path: path)
    }

    /// The next rows; nil at the end.
    ///
    /// - Throws: where a column is missing, a row is ragged, or a cell is no number.
    package mutating func next() throws(DatasetError) -> Block? {
        while let bytes = try file.nextRecords() {
            let block = try bytes.withUnsafeBufferPointer { (bytes) throws(DatasetError) in try read(bytes) }
            if block.count > 0 { return block }
        }
        guard positions != nil else { throw DatasetError(.emptyFile, in: path, "the file has no rows") }
        return nil
    }

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(DatasetError) -> Block {
        var scanner = CSVScanner(bytes, source: path, firstLine: line)
        var cells: [Cell] = []
        var block = Block(values: [], count: 0)
        if positions == nil {
            try TableFormat.check(bytes, path: path)
            guard try scanner.next(&cells) else { return block }
            columnCount = cells.count
            if !(try find(cells, bytes)) { try append(cells, bytes, scanner.recordLine, to: &block) }
        }
        while try scanner.next(&cells) { try append(cells, bytes, scanner.recordLine, to: &block) }
        line = scanner.nextLine
        return block
    }

    /// Finds the columns.
    ///
    /// - Returns: whether the row is a header.
    private mutating func find(_ cells: [Cell], _ bytes: UnsafeBufferPointer<UInt8>) throws(DatasetError) -> Bool {
        let names = cells.enumerated().map { position, cell in
            let name = cell.text(in: bytes)
            return name.isEmpty ? "Unnamed: \(position)" : name
        }
        let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        let missing = columns.filter { places[$0] == nil }
        if missing.isEmpty {
            positions = columns.map { places[$0]! }
            otherColumns = names.filter { !columns.contains($0) }
            return true
        }
        // Without names, the columns stand where they stood.
        let numbers = columns.compactMap { Int($0) }
        guard numbers.count == columns.count, let last = numbers.max(), last < cells.count else {
            let others = names.filter { !columns.contains($0) }
            throw DatasetError(
                .unknownColumn, in: path, line: 1,
                "the model's columns \(Self.list(missing)) are not there; not the model's are "
                    + (others.isEmpty ? "none" : Self.list(others)))
        }
        positions = numbers
        return numbers.contains { cells[$0].value(in: bytes) == .text }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", and \(names.count - 12) more" : "")
    }

    private func append(
        _ cells: [Cell], _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int, to block: inout Block
    ) throws(DatasetError) {
        guard cells.count == columnCount else {
            throw DatasetError(
                .raggedRow, in: path, line: line, "the row has \(cells.count) cells, but the first has \(columnCount)")
        }
        for (column, position) in positions!.enumerated() {
            guard case .number(let number) = cells[position].value(in: bytes) else {
                let text = cells[position].text(in: bytes)
                throw DatasetError(
                    text.isEmpty ? .missingValue : .textInNumberColumn, in: path, line: line, column: columns[column],
                    "\(text.isEmpty ? "an empty cell" : "'\(text.prefix(40))'") is no number, as the model's column has them"
                )
            }
            block.values.append(number)
        }
        block.count += 1
    }
}

/// A file as pieces of whole records.
private final class TableFile {
    private static let piece = 4 << 20

    private let path: String
    /// Nil of a compressed file, which was read at once.
    private var descriptor: Int32?
    private var rest: [UInt8] = []

    init(path: String) throws(DatasetError) {
        self.path = path
        descriptor = try FileBytes.opened(path).descriptor
        rest = try more()
        if Gzip.isCompressed(rest) || path.hasSuffix(".gz") {
            finish()
            rest = try TextEncoding.utf8.decoded(DataFile(path: path).contents, path: path)
        } else {
            guard !rest.isEmpty else { throw DatasetError(.emptyFile, in: path, "the file is empty") }
            try FileSignature.check(rest, path: path, wasCompressed: false)
        }
    }

    deinit { finish() }

    private func finish() {
        if let descriptor { close(descriptor) }
        descriptor = nil
    }

    private func more() throws(DatasetError) -> [UInt8] {
        guard let descriptor else { return [] }
        var bytes = [UInt8](repeating: 0, count: Self.piece)
        let count = try FileBytes.read(descriptor, into: &bytes, path)
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// The next records, up to the last that is whole; nil at the end.
    func nextRecords() throws(DatasetError) -> [UInt8]? {
        while descriptor != nil {
            let bytes = try more()
            if bytes.isEmpty { finish() }
            guard !bytes.isEmpty, let end = Self.endOfRecords(rest) else {
                rest += bytes
                continue
            }
            defer { rest = Array(rest[end...]) + bytes }
            return Array(rest[..<end])
        }
        defer { rest = [] }
        return rest.isEmpty ? nil : rest
    }

    /// Behind the last line feed outside of quotes.
    private static func endOfRecords(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var (isQuoted, end): (Bool, Int?) = (false, nil)
            for place in bytes.indices {
                if bytes[place] == UInt8(ascii: "\"") {
                    isQuoted.toggle()
                } else if bytes[place] == UInt8(ascii: "\n"), !isQuoted {
                    end = place + 1
                }
            }
            return end
        }
    }
}
