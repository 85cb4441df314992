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

    let spooled: SpooledFile
    var way: Way
    private(set) var sent = 0
    private(set) var received = 0
    /// Whether the last repetition began where the coordinator had said it was.
    private var hasRepeated = false

    init(_ spooled: SpooledFile, way: Way) {
        self.spooled = spooled
        self.way = way
    }

    var file: StoredFile { spooled.file }

    /// Whether the coordinator may have heard of it.
    var isUnderWay: Bool { sent > 0 || way == .placed }

    /// The pieces that may be sent now.
    mutating func pieces(of id: AttemptID) -> [WorkerAction] {
        var actions: [WorkerAction] = []
        while sent < file.size, sent - received < Chunk.window * Chunk.size {
            actions.append(.readPiece(Chunk(id: id, file: file, offset: sent), of: spooled))
            sent = min(sent + Chunk.size, file.size)
        }
        return actions
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
