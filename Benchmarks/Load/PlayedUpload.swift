import Foundation
import Messaging
import Schema
import Studies

/// The bytes that are uploaded as a checkpoint, cut into chunks and hashed before anything is measured.
///
/// They are the same each time: a coordinator that looks at their size and their SHA-256 alone cannot tell.
struct PlayedCheckpoint: Sendable {
    let chunks: [[UInt8]]
    let size: Int
    let sha256: String

    init(path: String, sha256: String) throws {
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        chunks = stride(from: 0, to: bytes.count, by: Chunk.size).map { offset in
            Array(bytes[offset..<min(offset + Chunk.size, bytes.count)])
        }
        size = bytes.count
        self.sha256 = sha256
    }
}

/// Uploads a checkpoint every second, with as many chunks under way as a worker has; one that takes longer is followed
/// by the next at once.
struct PlayedUpload {
    private static let interval = Duration.seconds(1)

    private let checkpoint: PlayedCheckpoint
    private var file: StoredFile?
    /// When the next one is to begin, and when the newest one did.
    private var due = ContinuousClock.now
    private var began = ContinuousClock.now
    private var sent = 0
    private var received = 0

    init(_ checkpoint: PlayedCheckpoint) {
        self.checkpoint = checkpoint
    }

    /// The chunks that may be sent now.
    ///
    /// - Parameter epoch: the newest one that is durable.
    mutating func pieces(of id: AttemptID, epoch: Int, _ now: ContinuousClock.Instant) -> [Envelope<WorkerMessage>] {
        if file == nil {
            guard now >= due else { return [] }
            file = StoredFile(kind: .last, epoch: epoch, size: checkpoint.size, sha256: checkpoint.sha256)
            // What was late once is made up for; not what is late each time.
            due = max(due, now - Self.interval) + Self.interval
            (began, sent, received) = (now, 0, 0)
        }
        var pieces: [Envelope<WorkerMessage>] = []
        while sent < checkpoint.chunks.count, sent - received < Chunk.window {
            let chunk = Chunk(id: id, file: file!, offset: sent * Chunk.size)
            pieces.append(Envelope(.upload(chunk), bytes: checkpoint.chunks[sent]))
            sent += 1
        }
        return pieces
    }

    mutating func hasReceived(_ chunk: Chunk) {
        guard chunk.file == file else { return }
        guard chunk.offset > 0 else { fatalError("a played checkpoint was refused") }
        received = max(received, chunk.offset / Chunk.size)
    }

    /// - Returns: the seconds that it took; nil where this is another one.
    mutating func hasStored(_ stored: StoredFile, _ now: ContinuousClock.Instant) -> Double? {
        guard stored == file else { return nil }
        file = nil
        return (now - began) / .seconds(1)
    }

    /// What was under way may be lost.
    mutating func restart() { (sent, received) = (0, 0) }
}

/// The heartbeats that nobody has answered.
struct UnansweredHeartbeats {
    /// More of them, and the coordinator would take itself to be unheard.
    static let most = 15

    private var sent: [(sequence: Int, at: ContinuousClock.Instant)] = []

    var count: Int { sent.count }

    mutating func add(_ sequence: Int, _ now: ContinuousClock.Instant) { sent.append((sequence, now)) }

    /// - Returns: the seconds that each of them waited.
    mutating func answered(_ sequence: Int, _ now: ContinuousClock.Instant) -> [Double] {
        let done = sent.prefix { $0.sequence <= sequence }
        sent.removeFirst(done.count)
        return done.map { (now - $0.at) / .seconds(1) }
    }

    mutating func forget() { sent = [] }
}
