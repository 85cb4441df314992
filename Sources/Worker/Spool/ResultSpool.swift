package import Experiments
import Files
import Glibc

/// The results of epochs that nobody has acknowledged yet, one file for each attempt; of each result only its place
/// stays in memory.
package struct ResultSpool {
    private struct Kept {
        var epoch: Int
        var offset: Int
        var count: Int
    }

    private struct Attempt {
        var kept: [Kept] = []
        var size = 0
        /// What the disk had no room for.
        var unwritten: [Int: EpochResult] = [:]
    }

    private let spool: Spool
    private var attempts: [AttemptID: Attempt] = [:]

    package init(_ spool: Spool) {
        self.spool = spool
    }

    private func path(_ id: AttemptID) -> String { "\(spool.path)/\(id.trial)-\(id.attempt).epochs" }

    /// Keeps a result, in memory where the disk does not take it.
    ///
    /// - Throws: why it does not; the result is kept all the same.
    package mutating func keep(_ result: EpochResult) throws {
        let id = result.id
        var attempt = attempts[id] ?? Attempt()
        defer { attempts[id] = attempt }
        do {
            let bytes = try PortableJSON.encode(result)
            try OpenFile(own: path(id), O_WRONLY | O_CREAT).write(bytes, at: attempt.size)
            attempt.kept.append(Kept(epoch: result.epoch, offset: attempt.size, count: bytes.count))
            attempt.size += bytes.count
        } catch {
            attempt.unwritten[result.epoch] = result
            throw error
        }
    }

    /// The kept results of these epochs, in order.
    package func results(of id: AttemptID, _ epochs: ClosedRange<Int>) throws -> [EpochResult] {
        guard let attempt = attempts[id] else { return [] }
        let wanted = attempt.kept.filter { epochs.contains($0.epoch) }
        var results = attempt.unwritten.values.filter { epochs.contains($0.epoch) }
        if !wanted.isEmpty {
            let file = try OpenFile(own: path(id), O_RDONLY)
            for kept in wanted {
                results.append(
                    try PortableJSON.decode(EpochResult.self, from: file.read(from: kept.offset, count: kept.count)))
            }
        }
        return results.sorted { $0.epoch < $1.epoch }
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
