/// How a table's text is cut into cells, and what its cells look like.
package struct TableDialect: Hashable, Sendable {
    /// The character between two cells, one byte of UTF-8.
    package var separator: UInt8
    /// The character between a number's whole part and its fraction.
    package var decimal: UInt8
    /// Texts that stand for a missing value, beside an empty cell and the usual words (`NA`, `nan`, `null`, ...).
    package var missingValues: Set<String>

    package init(
        separator: UInt8 = UInt8(ascii: ","), decimal: UInt8 = UInt8(ascii: "."), missingValues: Set<String> = []
    ) {
        self.separator = separator
        self.decimal = decimal
        self.missingValues = missingValues
    }

    /// RFC 4180's, with decimal points.
    package static let standard = TableDialect()

    /// The cell read as a number.
    @inline(__always)
    func value(_ cell: Cell, in bytes: UnsafeBufferPointer<UInt8>) -> CellValue {
        if !missingValues.isEmpty, missingValues.contains(cell.text(in: bytes)) { return .missing }
        return CellValue(bytes, from: cell.start, to: cell.end, decimal: decimal)
    }
}
