import Experiments
import Studies
import Schema

/// A checkpoint on its way to the coordinator.
struct Upload: Hashable, Sendable {
    enum Way: Hashable, Sendable {
        /// Piece by piece.
        case wire
        /// Being copied into the study's folder.
        case placing
        /// There, and the coordinator has been told.
        case placed
    }

    /// Bytes that the coordinator has in another checkpoint.
    private struct Known: Hashable {
        var offset: Int
        var copied: Chunk.Copied

        var end: Int { offset + copied.count }
    }

    /// Smaller files are sent: a message that names them is hardly shorter.
    private static let leastCopied = 4096

    let spooled: SpooledFile
    var way: Way
    private let known: [Known]
    private(set) var sent = 0
    private(set) var received = 0
    /// Whether the last repetition began where the coordinator had said it was.
    private var hasRepeated = false

    /// - Parameter base: a checkpoint of the same trial that the coordinator has: files of it that have not changed are
    ///   copied there.
    init(_ spooled: SpooledFile, way: Way, base: SpooledFile? = nil) {
        self.spooled = spooled
        self.way = way
        let there = Dictionary((base?.parts ?? []).map { ($0.sha256, $0) }) { first, _ in first }
        known = spooled.parts.sorted { $0.offset < $1.offset }.compactMap { part in
            guard let base, part.size >= Self.leastCopied, let same = there[part.sha256], same.size == part.size else {
                return nil
            }
            return Known(
                offset: part.offset,
                copied: .init(sha256: base.file.sha256, offset: same.offset, count: part.size))
        }
    }

    var file: StoredFile { spooled.file }

    /// Whether the coordinator may have heard of it.
    var isUnderWay: Bool { sent > 0 || way == .placed }

    /// The pieces that may be sent now.
    mutating func pieces(of id: AttemptID) -> [WorkerAction] {
        var actions: [WorkerAction] = []
        while sent < file.size, sent - received < Chunk.window * Chunk.size {
            let piece = piece(at: sent)
            let chunk = Chunk(id: id, file: file, offset: sent, copied: piece.copied)
            actions.append(.readPiece(chunk, count: piece.count, of: spooled))
            sent += piece.count
        }
        return actions
    }

    /// How many bytes go at once from a place on, and where the coordinator has them.
    private func piece(at offset: Int) -> (count: Int, copied: Chunk.Copied?) {
        guard let next = known.first(where: { $0.end > offset }) else {
            return (min(Chunk.size, file.size - offset), nil)
        }
        guard next.offset <= offset else { return (min(Chunk.size, next.offset - offset), nil) }
        var copied = next.copied
        copied.offset += offset - next.offset
        copied.count = min(next.end - offset, Chunk.mostCopied)
        return (copied.count, copied)
    }

    mutating func acknowledge(received offset: Int) {
        guard offset <= file.size else { return }
        received = max(received, offset)
        sent = max(sent, received)
        hasRepeated = false
    }

    /// Goes back to what has arrived; to the beginning where that did not help, or where the other side is another.
    mutating func rewind(toBeginning: Bool) {
        if toBeginning || hasRepeated {
            received = 0
        }
        hasRepeated = true
        sent = received
        if way == .placed { way = .wire }
    }
}

/// How long to wait for an answer before asking again: twice as long after each time in vain.
struct Backoff: Hashable, Sendable {
    private let first: Duration
    private let longest: Duration
    private var delay: Duration
    private var since: Duration

    init(first: Duration, longest: Duration, now: Duration) {
        self.first = first
        self.longest = max(first, longest)
        delay = first
        since = now
    }

    func isDue(_ now: Duration) -> Bool { now - since >= delay }

    /// An answer came, or something new was asked.
    mutating func restart(now: Duration) {
        delay = first
        since = now
    }

    /// It was in vain: the next time is further away.
    mutating func repeated(now: Duration) {
        delay = min(delay * 2, longest)
        since = now
    }
}
