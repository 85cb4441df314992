#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads a model's columns of a CSV file, a block of rows at a time: the table may be larger than memory, where it is not
/// compressed and in UTF-8.
package struct TableBlocks {
    private let source: CSVSource
    private let columns: [TableColumn]
    /// The bytes that are not read yet: of a compressed file all of them.
    private let file: TableFile
    private var reader: RowReader?
    private var columnCount = 0
    private var line = 1
    private var hasRows = false
    /// Columns of the file that are none of the model's.
    package private(set) var otherColumns: [String] = []

    /// Rows of cells: see ``TableColumn/Kind`` for what stands for one.
    package struct Block {
        /// Row-major: rows x columns.
        package var values: [Double]
        package var count: Int
    }

    /// - Parameters:
    ///   - source: as the model's table was read; its own columns do not matter.
    ///   - columns: the model's; whole numbers as names are positions from 0 where the file has no header with such names.
    /// - Throws: where there is no such file, or it is of another format.
    package init(_ source: CSVSource, columns: [TableColumn]) throws(DatasetError) {
        self.source = source
        self.columns = columns
        file = try TableFile(path: source.path, encoding: source.encoding)
    }

    /// The next rows; nil at the end.
    ///
    /// - Throws: where a column is missing, a row is ragged, or a cell is not what its column holds.
    package mutating func next() throws(DatasetError) -> Block? {
        while let bytes = try file.nextRecords() {
            let block = try bytes.withUnsafeBufferPointer { (bytes) throws(DatasetError) in try read(bytes) }
            if block.count > 0 {
                hasRows = true
                return block
            }
        }
        guard hasRows else {
            throw DatasetError(
                .emptyFile, in: source.path,
                reader == nil ? "the file has no rows" : "the file has a header, but no rows")
        }
        return nil
    }

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(DatasetError) -> Block {
        var scanner = CSVScanner(
            bytes, source: source.path, separator: source.dialect.separator, firstLine: line)
        var cells: [Cell] = []
        var block = Block(values: [], count: 0)
        if reader == nil {
            try TableFormat.check(bytes, path: source.path, separator: source.dialect.separator)
            guard try scanner.next(&cells) else { return block }
            columnCount = cells.count
            if !(try find(cells, bytes)) { try append(cells, bytes, scanner.recordLine, to: &block) }
        }
        while try scanner.next(&cells, count: columnCount) {
            try append(cells, bytes, scanner.recordLine, to: &block)
        }
        line = scanner.nextLine
        return block
    }

    /// Finds the columns.
    ///
    /// - Returns: whether the row is a header.
    private mutating func find(_ cells: [Cell], _ bytes: UnsafeBufferPointer<UInt8>) throws(DatasetError) -> Bool {
        let names = TableColumnNames.filled(cells.map { $0.text(in: bytes) })
        let wanted = columns.map(\.name)
        let hasNames = wanted.allSatisfy { names.contains($0) }
        // Without names, the columns stand where they stood.
        let hasPlaces = wanted.allSatisfy { name in Int(name).map { 0..<cells.count ~= $0 } ?? false }
        let header = hasNames || !hasPlaces ? names : nil
        let positions = try TableColumnNames(file: source.path, header: header, count: cells.count)
            .positions(ofModel: wanted)
        reader = RowReader(columns, at: positions, dialect: source.dialect, path: source.path, collects: false)
        if hasNames { otherColumns = names.filter { !wanted.contains($0) } }
        return hasNames
            || source.hasHeader
                ?? positions.enumerated().contains { index, position in
                    columns[index].kind == .number && source.dialect.value(cells[position], in: bytes) == .text
                }
    }

    private mutating func append(
        _ cells: [Cell], _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int, to block: inout Block
    ) throws(DatasetError) {
        try reader!.append(cells, bytes, line: line, to: &block.values)
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

    init(path: String, encoding: TextEncoding) throws(DatasetError) {
        self.path = path
        descriptor = try FileBytes.opened(path).descriptor
        rest = try more()
        if Gzip.isCompressed(rest) || path.hasSuffix(".gz") || encoding != .utf8 {
            finish()
            rest = try encoding.decoded(DataFile(path: path).contents, path: path)
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
