/// The rows of a trial, by epoch.
///
/// A copy shares all but the newest rows: who reads one while the other goes on growing costs it little, however long
/// it is.
package struct EpochHistory: Hashable, Sendable {
    private static let blockSize = 64

    /// Whole blocks, which change no more.
    private var blocks: [[EpochResult]] = []
    /// Fewer than a block.
    private var newest: [EpochResult] = []

    package init(_ rows: some Sequence<EpochResult> = []) {
        for row in rows { append(row) }
    }

    mutating func append(_ row: EpochResult) {
        newest.append(row)
        if newest.count == Self.blockSize {
            blocks.append(newest)
            newest = []
        }
    }

    /// Forgets the rows after the first `count`; all are kept where there are not as many.
    mutating func keep(first count: Int) {
        guard count < self.count else { return }
        if count < blocks.count * Self.blockSize {
            newest = blocks[count / Self.blockSize]
            blocks.removeSubrange((count / Self.blockSize)...)
        }
        newest.removeSubrange((count - blocks.count * Self.blockSize)...)
    }
}

extension EpochHistory: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { blocks.count * Self.blockSize + newest.count }

    package subscript(index: Int) -> EpochResult {
        let block = index / Self.blockSize
        return block < blocks.count
            ? blocks[block][index % Self.blockSize] : newest[index - blocks.count * Self.blockSize]
    }
}

extension EpochHistory: ExpressibleByArrayLiteral {
    package init(arrayLiteral rows: EpochResult...) {
        self.init(rows)
    }
}

/// As the list of its rows.
extension EpochHistory: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([EpochResult].self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Array(self))
    }
}
