import Files
import Glibc
package import Schema
package import Studies

/// The rows that nobody has acknowledged yet: the newest in memory, and those of an attempt that has many in a file, of
/// which only their places stay in memory.
package struct RowSpool {
    private struct Kept {
        var epoch: Int
        var offset: Int
        var count: Int
    }

    /// Rows in the order of their epochs; a program may report thousands a second.
    private struct Attempt {
        var written: [Kept] = []
        /// How many of the written ones, from the first on, are acknowledged.
        var dropped = 0
        var size = 0
        /// Those after the written ones.
        var waiting: [EncodedRow] = []

        var isEmpty: Bool { dropped == written.count && waiting.isEmpty }

        func kept(_ epochs: ClosedRange<Int>) -> ArraySlice<Kept> {
            let end = epochs.upperBound == .max ? written.count : place(of: epochs.upperBound + 1)
            return written[place(of: epochs.lowerBound)..<end]
        }

        mutating func drop(through epoch: Int) {
            dropped = epoch == .max ? written.count : place(of: epoch + 1)
            if dropped > written.count / 2 {
                written.removeFirst(dropped)
                dropped = 0
            }
            waiting.removeFirst(waiting.prefix { $0.row.epoch <= epoch }.count)
        }

        /// Where the first written row of this epoch, or of a later one, is.
        private func place(of epoch: Int) -> Int {
            var (low, high) = (dropped, written.count)
            while low < high {
                let middle = (low + high) / 2
                if written[middle].epoch < epoch { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    private let spool: Spool
    private let mostInMemory: Int
    private var attempts: [AttemptID: Attempt] = [:]

    /// - Parameter mostInMemory: rows of an attempt; where it has more, all of them are written.
    package init(_ spool: Spool, mostInMemory: Int = 2 * Delivery.rowWindow) {
        self.spool = spool
        self.mostInMemory = mostInMemory
    }

    private func path(_ id: AttemptID) -> String { "\(spool.path(of: id)).rows" }

    /// Keeps an attempt's next rows.
    ///
    /// - Throws: ``SpoolError``: why the disk does not take them; they are kept in memory all the same, until it does.
    package mutating func keep(_ rows: [EncodedRow], of id: AttemptID) throws(SpoolError) {
        // Out of the dictionary while it changes, so that nothing is copied.
        var attempt = attempts.removeValue(forKey: id) ?? Attempt()
        defer { attempts[id] = attempt }
        attempt.waiting += rows
        guard attempt.waiting.count > mostInMemory else { return }
        try OpenFile(own: path(id), O_WRONLY | O_CREAT).write(attempt.waiting.flatMap(\.bytes), at: attempt.size)
        for row in attempt.waiting {
            attempt.written.append(Kept(epoch: row.row.epoch, offset: attempt.size, count: row.bytes.count))
            attempt.size += row.bytes.count
        }
        attempt.waiting.removeAll()
    }

    /// The kept rows of these epochs, in order; without those that cannot be read.
    package func rows(of id: AttemptID, _ epochs: ClosedRange<Int>) -> [EncodedRow] {
        guard let attempt = attempts[id] else { return [] }
        var rows: [EncodedRow] = []
        let wanted = attempt.kept(epochs)
        if let first = wanted.first, let last = wanted.last,
            let bytes = try? OpenFile(own: path(id), O_RDONLY).read(
                from: first.offset, count: last.offset + last.count - first.offset)
        {
            for kept in wanted {
                let piece = bytes.dropFirst(kept.offset - first.offset).prefix(kept.count)
                if let row = try? EncodedRow(decoding: Array(piece)) { rows.append(row) }
            }
        }
        return rows + attempt.waiting.filter { epochs.contains($0.row.epoch) }
    }

    package mutating func drop(_ id: AttemptID, through epoch: Int) {
        guard var attempt = attempts.removeValue(forKey: id) else { return }
        attempt.drop(through: epoch)
        if attempt.size > 0, attempt.dropped == attempt.written.count {
            unlink(path(id))
            attempt.size = 0
        }
        if !attempt.isEmpty { attempts[id] = attempt }
    }
}
