import Experiments
import Studies
import Schema

/// A checkpoint on its way down: asked for piece by piece, a bounded number of pieces ahead.
struct Download: Hashable, Sendable {
    let spooled: SpooledFile
    private(set) var received = 0
    private var asked = 0
    private var backoff: Backoff

    init(_ spooled: SpooledFile, settings: WorkerSettings, now: Duration) {
        self.spooled = spooled
        backoff = Backoff(first: settings.resendAfter, longest: settings.longestResend, now: now)
    }

    var isWhole: Bool { received == spooled.file.size }

    /// The offsets that may be asked for now.
    mutating func asks() -> [Int] {
        var offsets: [Int] = []
        while asked < spooled.file.size, asked - received < Chunk.window * Chunk.size {
            offsets.append(asked)
            asked += Chunk.size
        }
        return offsets
    }

    /// - Returns: whether this is the next piece, with all the bytes that it should have.
    mutating func receive(offset: Int, count: Int, now: Duration) -> Bool {
        guard offset == received, count == min(Chunk.size, spooled.file.size - offset), count > 0 else { return false }
        received += count
        backoff.restart(now: now)
        return true
    }

    /// - Returns: whether nothing has come for too long; then all that is missing may be asked for again.
    mutating func isOverdue(now: Duration) -> Bool {
        guard backoff.isDue(now) else { return false }
        backoff.repeated(now: now)
        askAgain()
        return true
    }

    mutating func askAgain() { asked = received }

    /// The bytes were not those announced: all of them are asked for again, but not before the answer is overdue.
    mutating func restart(now: Duration) {
        received = 0
        asked = spooled.file.size
        backoff.restart(now: now)
    }
}
