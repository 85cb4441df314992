internal import Files

/// A table in the form of Apache Parquet: one group of rows, each column one page of plain values, not compressed.
///
/// Source: Apache Parquet's format 2.10: "File format", "Plain encoding", "Run length encoding", and `parquet.thrift`.
package enum Parquet {
    private static let magic = Array("PAR1".utf8)

    /// `Type`, `Encoding` and the like of `parquet.thrift`.
    private enum Code {
        static let int64 = 2
        static let double = 5
        static let byteArray = 6
        static let optional = 1
        static let utf8 = 0
        static let plain = 0
        static let runLength = 3
        static let uncompressed = 0
        static let dataPage = 0
    }

    private struct Chunk {
        let name: String
        let type: Int
        let offset: Int
        let size: Int
    }

    /// The file's bytes.
    package static func encode(_ table: ResultTable) -> [UInt8] {
        var bytes = magic
        var chunks: [Chunk] = []
        for column in table.columns {
            let offset = bytes.count
            let (type, page) = page(of: column)
            bytes += header(ofPage: page.count, values: table.rowCount) + page
            chunks.append(Chunk(name: column.name, type: type, offset: offset, size: bytes.count - offset))
        }
        let footer = footer(chunks, rows: table.rowCount)
        return bytes + footer + UInt32(footer.count).littleEndianBytes + magic
    }

    // MARK: Pages

    /// Which values are there, and those.
    private static func page(of column: ResultTable.Column) -> (type: Int, bytes: [UInt8]) {
        switch column.values {
        case .integers(let values):
            return (
                Code.int64,
                presence(values.map { $0 != nil }) + values.compactMap { $0.map(Int64.init) }.littleEndianBytes
            )
        case .numbers(let values):
            return (
                Code.double,
                presence(values.map { $0 != nil }) + values.compactMap { $0?.bitPattern }.littleEndianBytes
            )
        case .texts(let values):
            let texts = values.compactMap(\.self).flatMap { UInt32($0.utf8.count).littleEndianBytes + Array($0.utf8) }
            return (Code.byteArray, presence(values.map { $0 != nil }) + texts)
        }
    }

    /// The definition levels: 1 where a value is there, in runs of equal ones.
    private static func presence(_ isThere: [Bool]) -> [UInt8] {
        var runs: [UInt8] = []
        var start = 0
        while start < isThere.count {
            let end = isThere[start...].firstIndex { $0 != isThere[start] } ?? isThere.count
            runs += ThriftWriter.varint(UInt64(end - start) << 1) + [isThere[start] ? 1 : 0]
            start = end
        }
        return UInt32(runs.count).littleEndianBytes + runs
    }

    private static func header(ofPage size: Int, values: Int) -> [UInt8] {
        var writer = ThriftWriter()
        writer.integer(1, Code.dataPage)
        writer.integer(2, size)
        writer.integer(3, size)
        writer.structure(5) { page in
            page.integer(1, values)
            page.integer(2, Code.plain)
            page.integer(3, Code.runLength)
            page.integer(4, Code.runLength)
        }
        return writer.finish()
    }

    // MARK: The footer

    private static func footer(_ chunks: [Chunk], rows: Int) -> [UInt8] {
        var writer = ThriftWriter()
        writer.integer(1, 1)
        writer.structures(2, count: chunks.count + 1) { index, element in
            guard index > 0 else {
                element.text(4, "schema")
                element.integer(5, chunks.count)
                return
            }
            let chunk = chunks[index - 1]
            element.integer(1, chunk.type)
            element.integer(3, Code.optional)
            element.text(4, chunk.name)
            if chunk.type == Code.byteArray { element.integer(6, Code.utf8) }
        }
        writer.integer(3, rows, isLong: true)
        writer.structures(4, count: 1) { _, group in
            group.structures(1, count: chunks.count) { index, column in
                let chunk = chunks[index]
                column.integer(2, chunk.offset, isLong: true)
                column.structure(3) { data in
                    data.integer(1, chunk.type)
                    data.integers(2, [Code.plain, Code.runLength])
                    data.texts(3, [chunk.name])
                    data.integer(4, Code.uncompressed)
                    data.integer(5, rows, isLong: true)
                    data.integer(6, chunk.size, isLong: true)
                    data.integer(7, chunk.size, isLong: true)
                    data.integer(9, chunk.offset, isLong: true)
                }
            }
            group.integer(2, chunks.reduce(0) { $0 + $1.size }, isLong: true)
            group.integer(3, rows, isLong: true)
        }
        writer.text(6, "winnow")
        return writer.finish()
    }
}

/// Writes the fields of a structure in Thrift's compact form, in ascending order.
///
/// Source: Apache Thrift, "Thrift compact protocol".
private struct ThriftWriter {
    private var bytes: [UInt8] = []
    private var last = 0

    private enum Kind: UInt8 {
        case i32 = 5
        case i64 = 6
        case binary = 8
        case list = 9
        case structure = 12
    }

    mutating func integer(_ field: Int, _ value: Int, isLong: Bool = false) {
        begin(field, isLong ? .i64 : .i32)
        bytes += Self.zigzag(value)
    }

    mutating func text(_ field: Int, _ value: String) {
        begin(field, .binary)
        bytes += Self.counted(value)
    }

    mutating func integers(_ field: Int, _ values: [Int]) {
        beginList(field, values.count, of: .i32)
        for value in values { bytes += Self.zigzag(value) }
    }

    mutating func texts(_ field: Int, _ values: [String]) {
        beginList(field, values.count, of: .binary)
        for value in values { bytes += Self.counted(value) }
    }

    mutating func structure(_ field: Int, _ body: (inout ThriftWriter) -> Void) {
        begin(field, .structure)
        append(body)
    }

    mutating func structures(_ field: Int, count: Int, _ body: (Int, inout ThriftWriter) -> Void) {
        beginList(field, count, of: .structure)
        for index in 0..<count { append { body(index, &$0) } }
    }

    func finish() -> [UInt8] { bytes + [0] }

    private mutating func append(_ body: (inout ThriftWriter) -> Void) {
        var inner = ThriftWriter()
        body(&inner)
        bytes += inner.finish()
    }

    /// The field's number as a distance from the one before, which is below 16 for all of Parquet's.
    private mutating func begin(_ field: Int, _ kind: Kind) {
        bytes.append(UInt8(field - last) << 4 | kind.rawValue)
        last = field
    }

    private mutating func beginList(_ field: Int, _ count: Int, of kind: Kind) {
        begin(field, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | kind.rawValue)
        } else {
            bytes += [0xF0 | kind.rawValue] + Self.varint(UInt64(count))
        }
    }

    private static func counted(_ text: String) -> [UInt8] { varint(UInt64(text.utf8.count)) + Array(text.utf8) }

    private static func zigzag(_ value: Int) -> [UInt8] { varint(UInt64(bitPattern: Int64(value << 1 ^ value >> 63))) }

    static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, bytes): (UInt64, [UInt8]) = (value, [])
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
