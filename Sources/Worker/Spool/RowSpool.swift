import Files
import Glibc
package import Schema
package import Studies

/// The rows that nobody has acknowledged yet, one file for each attempt; of each row only its place stays in memory.
package struct RowSpool {
    private struct Kept {
        var epoch: Int
        var offset: Int
        var count: Int
    }

    private struct Attempt {
        /// In the order of their epochs; a program may write thousands a second.
        private var written: [Kept] = []
        /// How many of them, from the first on, are acknowledged.
        private var dropped = 0
        var size = 0
        /// What the disk had no room for.
        var unwritten: [Int: EncodedRow] = [:]

        var hasWritten: Bool { dropped < written.count }

        mutating func add(_ kept: Kept) {
            written.append(kept)
            size += kept.count
        }

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
            unwritten = unwritten.filter { $0.key > epoch }
        }

        /// Where the first row of this epoch, or of a later one, is.
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
    private var attempts: [AttemptID: Attempt] = [:]

    package init(_ spool: Spool) {
        self.spool = spool
    }

    private func path(_ id: AttemptID) -> String { "\(spool.path(of: id)).rows" }

    /// Keeps a row, in memory where the disk does not take it.
    ///
    /// - Throws: ``SpoolError``: why it does not; the row is kept all the same.
    package mutating func keep(_ row: EncodedRow) throws(SpoolError) {
        let id = row.row.id
        // Out of the dictionary while it changes, so that nothing is copied.
        var attempt = attempts.removeValue(forKey: id) ?? Attempt()
        defer { attempts[id] = attempt }
        do throws(SpoolError) {
            try OpenFile(own: path(id), O_WRONLY | O_CREAT).write(row.bytes, at: attempt.size)
            attempt.add(Kept(epoch: row.row.epoch, offset: attempt.size, count: row.bytes.count))
        } catch {
            attempt.unwritten[row.row.epoch] = row
            throw error
        }
    }

    /// The kept rows of these epochs, in order; without those that cannot be read.
    package func rows(of id: AttemptID, _ epochs: ClosedRange<Int>) -> [EncodedRow] {
        guard let attempt = attempts[id] else { return [] }
        let wanted = attempt.kept(epochs)
        var rows = attempt.unwritten.values.filter { epochs.contains($0.row.epoch) }
        if !wanted.isEmpty, let file = try? OpenFile(own: path(id), O_RDONLY) {
            for kept in wanted {
                guard let bytes = try? file.read(from: kept.offset, count: kept.count),
                    let row = try? EncodedRow(decoding: bytes)
                else { continue }
                rows.append(row)
            }
        }
        return rows.sorted { $0.row.epoch < $1.row.epoch }
    }

    package mutating func drop(_ id: AttemptID, through epoch: Int) {
        guard var attempt = attempts.removeValue(forKey: id) else { return }
        attempt.drop(through: epoch)
        if !attempt.hasWritten {
            unlink(path(id))
            attempt.size = 0
        }
        if attempt.hasWritten || !attempt.unwritten.isEmpty { attempts[id] = attempt }
    }
}
