package import Studies

/// A row with its bytes: those of its message, of its record, and of what a worker keeps of it.
package struct EncodedRow: Hashable, Sendable {
    package let row: Row
    package let bytes: [UInt8]

    package init(_ row: Row) {
        self.row = row
        bytes = JournalRecord.epochFinished(row).encoded(of: row.id.study)
    }

    /// - Throws: ``WireError`` where the bytes are no row.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        guard case .epochFinished(let row, nil) = try WorkerMessage.decode(bytes, beside: []).0 else {
            throw WireError(reason: "another message than a row")
        }
        self.row = row
        self.bytes = bytes
    }
}
