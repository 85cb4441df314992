import Experiments
import Studies
import Schema

/// What one attempt still owes the coordinator: kept in the spool until acknowledged, and sent again when an answer is
/// overdue.
///
/// Rows go at once; checkpoints one after the other, the best one before the last one that needs it, with a
/// bounded number of bytes under way; the end of the attempt goes when all the rest is durable. Here is only what there
/// is to send, not the bytes.
package struct Delivery: Sendable {
    enum Ending: Sendable {
        case outcome(TrialOutcome)
        case handBack
    }

    /// How many rows may be unacknowledged on their way.
    package static let rowWindow = 1024

    let id: AttemptID
    let data: String
    /// The newest epoch that is in the spool, was sent, and is durable.
    private(set) var reported: Int
    private var sent: Int
    private var stored: Int
    private(set) var upload: Upload?
    /// The newest one. It stays in the spool when it is durable, as the coordinator may come to lack it.
    private var best: SpooledFile?
    private var isBestStored = false
    /// The newest one that has not begun to travel.
    private var last: SpooledFile?
    /// The newest one that the coordinator has: parts of it need not be sent again.
    private var storedLast: SpooledFile?
    /// After a refusal nothing is uploaded before this time.
    private var uploadNotBefore: Duration = .zero
    private var refusals = 0
    var ending: Ending?
    private var isEndingSent = false
    private var backoff: Backoff
    private let settings: WorkerSettings

    /// - Parameters:
    ///   - epoch: the one that the attempt goes on from.
    ///   - data: the digest of its data.
    init(id: AttemptID, epoch: Int, data: String = "", settings: WorkerSettings, now: Duration) {
        self.id = id
        self.data = data
        self.settings = settings
        (reported, sent, stored) = (epoch, epoch, epoch)
        backoff = Backoff(first: settings.resendAfter, longest: settings.longestResend, now: now)
    }

    /// Something has been sent that nobody has acknowledged, or waits until it may be.
    private var isWaiting: Bool {
        sent > stored || (upload != nil && upload?.way != .placing) || isEndingSent
    }

    /// A hand-back needs no answer: nothing is lost when it is, and the goodbye that follows says the same.
    var isHandedBack: Bool {
        guard case .handBack = ending else { return false }
        return isEndingSent
    }

    /// Whether the trial's end is known, and not acknowledged.
    var isOutcomeDue: Bool {
        if case .outcome = ending { true } else { false }
    }

    /// Whether nothing is left but what the end of the attempt says.
    var isWhole: Bool { stored == reported && upload == nil && (isBestStored || best == nil) && last == nil }

    /// The newest checkpoint to go on from that lies in the spool, and that nobody has acknowledged.
    var unacknowledgedLast: SpooledFile? {
        last ?? (upload?.spooled.file.kind == .last ? upload?.spooled : nil)
    }

    // MARK: What comes from training

    mutating func add(_ row: EncodedRow) -> [WorkerAction] {
        reported = max(reported, row.row.epoch)
        return [.keepRow(row)]
    }

    /// Takes a checkpoint; an older one of its kind that has not begun to travel is not needed any more, nor is a
    /// `last` whose best will never be sent.
    mutating func add(_ file: SpooledFile) -> [WorkerAction] {
        var unneeded: [SpooledFile?] = []
        switch file.file.kind {
        case .best:
            if best != upload?.spooled { unneeded.append(best) }
            best = file
            isBestStored = false
            if let waiting = last, waiting.file.bestEpoch != file.file.epoch {
                unneeded.append(waiting)
                last = nil
            }
        case .last:
            unneeded.append(last)
            last = file
        }
        return unneeded.compactMap { $0.map(WorkerAction.discard) }
    }

    /// The coordinator has this one already.
    mutating func begins(with file: SpooledFile) {
        if file.file.kind == .last { storedLast = file }
    }

    // MARK: What comes from the coordinator

    mutating func acknowledge(epoch: Int, now: Duration) -> [WorkerAction] {
        guard epoch > stored else { return [] }
        stored = min(epoch, reported)
        sent = max(sent, stored)
        backoff.restart(now: now)
        return [.dropRows(id, through: stored)]
    }

    /// - Returns: what is not needed any more.
    mutating func acknowledge(received chunk: Chunk, now: Duration) -> [WorkerAction] {
        guard upload?.file == chunk.file else { return [] }
        backoff.restart(now: now)
        guard chunk.offset == 0 else {
            upload!.acknowledge(received: chunk.offset)
            return []
        }
        // An answer to something that was said before is none.
        return upload!.isUnderWay ? refused(now: now) : []
    }

    /// The file is to be sent again from its beginning: it was damaged, or it is a `last` whose best is not durable.
    private mutating func refused(now: Duration) -> [WorkerAction] {
        let spooled = upload!.spooled
        refusals += 1
        // The first time at once: it may have been an accident. Then never in a storm.
        uploadNotBefore =
            refusals == 1 ? now : now + min(settings.resendAfter * (1 << min(refusals - 2, 4)), settings.longestResend)
        if spooled.file.kind == .last, let bestEpoch = spooled.file.bestEpoch, let best {
            isBestStored = false
            upload = nil
            guard last == nil, best.file.epoch == bestEpoch else { return [.discard(spooled)] }
            last = spooled
        } else {
            upload = Upload(spooled, way: .wire)
        }
        return []
    }

    mutating func acknowledge(stored file: StoredFile, now: Duration) -> [WorkerAction] {
        guard let spooled = upload?.spooled, spooled.file == file else { return [] }
        upload = nil
        refusals = 0
        backoff.restart(now: now)
        if spooled == best {
            isBestStored = true
            return []
        }
        storedLast = spooled
        return [.discard(spooled)]
    }

    /// The copy in the study's folder is there, or it cannot be made.
    mutating func placed(_ file: SpooledFile, _ isThere: Bool) {
        guard upload?.spooled == file, upload?.way == .placing else { return }
        upload!.way = isThere ? .placed : .wire
        if isThere { isPlacedTold = false }
    }

    private var isPlacedTold = true

    // MARK: What goes out

    /// Sends what may be sent now.
    ///
    /// - Parameter fresh: a row that need not be read back, if it is the next.
    mutating func advance(isShared: Bool, fresh: EncodedRow? = nil, now: Duration) -> [WorkerAction] {
        var actions: [WorkerAction] = []
        let next = min(reported, stored + Self.rowWindow)
        // Those that wait are read from the disk many at a time.
        if sent < next, next == reported || next - sent >= Self.rowWindow / 4 {
            if let fresh, fresh.row.epoch == next, next == sent + 1 {
                actions.append(.send(.epochFinished(fresh.row), bytes: fresh.bytes))
            } else {
                actions.append(.readRows(id, sent + 1...next))
            }
            sent = next
        }
        actions += advanceUploads(isShared: isShared, now: now)
        if isWhole, let ending, !isEndingSent {
            isEndingSent = true
            switch ending {
            case .outcome(let outcome): actions.append(.send(.finished(outcome)))
            case .handBack: actions.append(.send(.handBack(id)))
            }
        }
        if !actions.isEmpty { backoff.restart(now: now) }
        return actions
    }

    private mutating func advanceUploads(isShared: Bool, now: Duration) -> [WorkerAction] {
        guard now >= uploadNotBefore else { return [] }
        var actions: [WorkerAction] = []
        if upload == nil, let next = !isBestStored && best != nil ? best : last {
            if next.file.kind == .last { last = nil }
            // What was refused once goes over the wire: a folder that seems shared may yet not be.
            let way = isShared && refusals == 0 ? Upload.Way.placing : .wire
            upload = Upload(next, way: way, base: refusals == 0 ? storedLast : nil)
            if way == .placing { actions.append(.place(id, next)) }
        }
        switch upload?.way {
        case .wire: actions += upload!.pieces(of: id)
        case .placed where !isPlacedTold:
            isPlacedTold = true
            actions.append(.send(.placed(.init(id: id, file: upload!.file))))
        case .placed, .placing, nil: break
        }
        return actions
    }

    /// Sends again what nobody has acknowledged for too long.
    mutating func tick(isShared: Bool, now: Duration) -> [WorkerAction] {
        guard isWaiting, backoff.isDue(now) else {
            // What was held back after a refusal.
            return upload == nil || upload?.way == .wire ? advance(isShared: isShared, now: now) : []
        }
        var repeated = backoff
        repeated.repeated(now: now)
        let actions = resend(toBeginning: false, isShared: isShared, now: now)
        backoff = repeated
        return actions
    }

    /// Sends everything unacknowledged again.
    ///
    /// - Parameter toBeginning: the other side is another one, or has forgotten what had arrived.
    mutating func resend(toBeginning: Bool, isShared: Bool, now: Duration) -> [WorkerAction] {
        sent = stored
        isEndingSent = false
        upload?.rewind(toBeginning: toBeginning)
        return advance(isShared: isShared, now: now)
    }

    /// Whether the file is the one that travels over the wire.
    func isTravelling(_ file: StoredFile) -> Bool { upload?.file == file && upload?.way == .wire }

    /// Everything that is in the spool for this attempt.
    var discards: [WorkerAction] {
        Set([best, last, upload?.spooled].compactMap { $0 }).sorted { $0.name < $1.name }.map { .discard($0) }
            + [.dropRows(id, through: .max)]
    }
}
