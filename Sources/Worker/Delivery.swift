import Experiments
import Wire

/// What one attempt still owes the coordinator: kept until acknowledged, and sent again after a reconnection.
///
/// Epoch results go at once; checkpoints one after the other, with a bounded number of bytes under way; the end of
/// the attempt goes last, when all the rest is durable.
struct Delivery: Sendable {
    enum Ending: Sendable {
        case outcome(TrialOutcome)
        case handBack
    }

    struct Upload: Sendable {
        let file: StoredFile
        let bytes: [UInt8]
        var sent = 0
        var received = 0
    }

    let id: AttemptID
    /// Not yet acknowledged, in order.
    private(set) var epochs: [EpochResult] = []
    /// The first is under way.
    private(set) var uploads: [Upload] = []
    var ending: Ending?
    private var endingSent = false
    private(set) var lastSent: Duration

    init(id: AttemptID, now: Duration) {
        self.id = id
        lastSent = now
    }

    /// Something has been sent, or could be, that nobody has acknowledged.
    var isWaiting: Bool { !epochs.isEmpty || !uploads.isEmpty || endingSent }

    /// A hand-back needs no answer: nothing is lost when it is, and the goodbye that follows says the same.
    var isHandedBack: Bool { endingSent && uploads.isEmpty && epochs.isEmpty }

    mutating func add(_ result: EpochResult, now: Duration) -> [WorkerAction] {
        epochs.append(result)
        lastSent = now
        return [.send(.epochFinished(result))]
    }

    /// Queues a checkpoint; an older one of its kind that has not begun to travel is not needed any more.
    mutating func add(_ file: StoredFile, bytes: [UInt8], now: Duration) -> [WorkerAction] {
        uploads = uploads.enumerated().filter { $0.offset == 0 || $0.element.file.kind != file.kind }.map(\.element)
        uploads.append(Upload(file: file, bytes: bytes))
        return uploads.count == 1 ? advance(now: now) : []
    }

    mutating func acknowledge(epoch: Int) {
        epochs.removeAll { $0.epoch <= epoch }
    }

    mutating func acknowledge(received chunk: Chunk, now: Duration) -> [WorkerAction] {
        guard let first = uploads.first, first.file == chunk.file else { return [] }
        if chunk.offset == 0 {
            uploads[0].sent = 0
        }
        uploads[0].received = chunk.offset
        return advance(now: now)
    }

    mutating func acknowledge(stored file: StoredFile, now: Duration) -> [WorkerAction] {
        guard uploads.first?.file == file else { return [] }
        uploads.removeFirst()
        return advance(now: now)
    }

    /// Sends what may be sent now.
    mutating func advance(now: Duration) -> [WorkerAction] {
        var actions: [WorkerAction] = []
        if !uploads.isEmpty {
            while uploads[0].sent < uploads[0].file.size,
                uploads[0].sent - uploads[0].received < Chunk.window * Chunk.size
            {
                let end = min(uploads[0].sent + Chunk.size, uploads[0].file.size)
                let chunk = Chunk(id: id, file: uploads[0].file, offset: uploads[0].sent)
                actions.append(.send(.upload(chunk), bytes: Array(uploads[0].bytes[uploads[0].sent..<end])))
                uploads[0].sent = end
            }
        } else if epochs.isEmpty, let ending, !endingSent {
            endingSent = true
            switch ending {
            case .outcome(let outcome): actions.append(.send(.finished(outcome)))
            case .handBack: actions.append(.send(.handBack(id)))
            }
        }
        if !actions.isEmpty {
            lastSent = now
        }
        return actions
    }

    /// Sends everything unacknowledged again: after a reconnection, or when an answer is overdue.
    mutating func resend(now: Duration) -> [WorkerAction] {
        lastSent = now
        endingSent = false
        if !uploads.isEmpty {
            uploads[0].sent = 0
            uploads[0].received = 0
        }
        return epochs.map { .send(.epochFinished($0)) } + advance(now: now)
    }
}
