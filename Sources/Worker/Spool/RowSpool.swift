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
        var kept: [Kept] = []
        var size = 0
        /// What the disk had no room for.
        var unwritten: [Int: EncodedRow] = [:]
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
        var attempt = attempts[id] ?? Attempt()
        defer { attempts[id] = attempt }
        do throws(SpoolError) {
            try OpenFile(own: path(id), O_WRONLY | O_CREAT).write(row.bytes, at: attempt.size)
            attempt.kept.append(Kept(epoch: row.row.epoch, offset: attempt.size, count: row.bytes.count))
            attempt.size += row.bytes.count
        } catch {
            attempt.unwritten[row.row.epoch] = row
            throw error
        }
    }

    /// The kept rows of these epochs, in order; without those that cannot be read.
    package func rows(of id: AttemptID, _ epochs: ClosedRange<Int>) -> [EncodedRow] {
        guard let attempt = attempts[id] else { return [] }
        let wanted = attempt.kept.filter { epochs.contains($0.epoch) }
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
        guard var attempt = attempts[id] else { return }
        attempt.kept.removeAll { $0.epoch <= epoch }
        attempt.unwritten = attempt.unwritten.filter { $0.key > epoch }
        if attempt.kept.isEmpty {
            unlink(path(id))
            attempt.size = 0
        }
        attempts[id] = attempt.kept.isEmpty && attempt.unwritten.isEmpty ? nil : attempt
    }
}
