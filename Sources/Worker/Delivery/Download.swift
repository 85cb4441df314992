import Experiments
import Schema
import Studies

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

/// A data set on its way down: file after file, and piece after piece, a bounded number of pieces ahead.
package struct DataDownload: Sendable {
    /// A file that is not whole here.
    package struct File: Hashable, Sendable {
        package var path: String
        package var size: Int
        /// The bytes that an earlier try has left.
        package var have: Int

        package init(path: String, size: Int, have: Int) {
            self.path = path
            self.size = size
            self.have = have
        }
    }

    /// How often a file may turn out damaged.
    private static let mostFailures = 3
    private static let mostFiles = 1_000_000

    private enum Stage: Hashable, Sendable {
        /// The list of files has been asked for.
        case listing
        /// The list is being checked.
        case beginning
        case fetching
        case finishing
    }

    let digest: String
    private var stage = Stage.listing
    private var list: [CoordinatorMessage.DataFiles.File] = []
    private var files: [File] = []
    /// The next piece to be asked for, and the next to arrive: a file's place in ``files``, and an offset in it.
    private var asking = (file: 0, offset: 0)
    private var expecting = (file: 0, offset: 0)
    private var unanswered = 0
    /// Files that have arrived, and of which nobody has said yet whether they are whole.
    private var unverified: Set<String> = []
    private var failures = 0
    private var backoff: Backoff
    /// Bytes that have arrived, and that there are to fetch.
    private(set) var arrived = 0
    private(set) var total = 0

    init(digest: String, settings: WorkerSettings, now: Duration) {
        self.digest = digest
        backoff = Backoff(first: settings.resendAfter, longest: settings.longestResend, now: now)
    }

    // MARK: What comes

    /// A part of the list; the one without files is its end.
    mutating func receive(_ part: CoordinatorMessage.DataFiles, now: Duration) -> [WorkerAction] {
        guard stage == .listing, part.offset == list.count else { return [] }
        backoff.restart(now: now)
        guard part.files.isEmpty || list.count + part.files.count > Self.mostFiles else {
            list += part.files
            return [askForList]
        }
        stage = .beginning
        defer { list = [] }
        return [.beginData(.init(data: digest, files: list))]
    }

    mutating func begin(_ files: [File], settings: WorkerSettings, now: Duration) -> [WorkerAction] {
        guard stage == .beginning else { return [] }
        self.files = files
        stage = .fetching
        total = files.reduce(0) { $0 + $1.size }
        arrived = files.reduce(0) { $0 + $1.have }
        backoff = Backoff(first: settings.resendAfter, longest: settings.longestResend, now: now)
        expecting = (0, files.first?.have ?? 0)
        asking = expecting
        return advance()
    }

    /// - Returns: nothing where this is not the next piece.
    mutating func receive(_ chunk: CoordinatorMessage.DataChunk, bytes: [UInt8], now: Duration) -> [WorkerAction] {
        guard stage == .fetching, expecting.file < files.count else { return [] }
        let file = files[expecting.file]
        guard chunk.path == file.path, chunk.offset == expecting.offset,
            bytes.count == min(Chunk.size, file.size - chunk.offset)
        else { return [] }
        backoff.restart(now: now)
        unanswered = max(unanswered - 1, 0)
        arrived += bytes.count
        expecting.offset += bytes.count
        if expecting.offset == file.size {
            unverified.insert(file.path)
            expecting = next(after: expecting.file)
        }
        return [.keepData(chunk, bytes: bytes)] + advance()
    }

    /// - Returns: nil where the file was damaged once too often.
    mutating func verified(_ path: String, isWhole: Bool) -> [WorkerAction]? {
        guard stage == .fetching, unverified.remove(path) != nil else { return [] }
        if !isWhole, var file = files.first(where: { $0.path == path }) {
            failures += 1
            guard failures <= Self.mostFailures else { return nil }
            arrived -= file.size
            file.have = 0
            let wasAtEnd = (asking: asking.file == files.count, expecting: expecting.file == files.count)
            files.append(file)
            if wasAtEnd.asking { asking = (files.count - 1, 0) }
            if wasAtEnd.expecting { expecting = (files.count - 1, 0) }
        }
        return advance()
    }

    // MARK: What goes out

    private func next(after index: Int) -> (file: Int, offset: Int) {
        (index + 1, index + 1 < files.count ? files[index + 1].have : 0)
    }

    private mutating func advance() -> [WorkerAction] {
        guard stage == .fetching else { return [] }
        guard expecting.file < files.count || !unverified.isEmpty else {
            stage = .finishing
            return [.finishData(digest)]
        }
        var actions: [WorkerAction] = []
        while unanswered < Chunk.window, asking.file < files.count {
            let file = files[asking.file]
            actions.append(.send(.fetchData(.init(data: digest, path: file.path, offset: asking.offset))))
            unanswered += 1
            asking.offset = min(asking.offset + Chunk.size, file.size)
            if asking.offset == file.size { asking = next(after: asking.file) }
        }
        return actions
    }

    /// What a download begins with.
    var askForList: WorkerAction { .send(.fetchData(.init(data: digest, path: nil, offset: list.count))) }

    /// Asks again for what has not come: the connection is a new one, or the answer is overdue.
    mutating func askAgain() -> [WorkerAction] {
        switch stage {
        case .listing: return [askForList]
        case .fetching:
            asking = expecting
            unanswered = 0
            return advance()
        case .beginning, .finishing: return []
        }
    }

    mutating func tick(now: Duration) -> [WorkerAction] {
        guard stage == .listing || stage == .fetching, backoff.isDue(now) else { return [] }
        backoff.repeated(now: now)
        return askAgain()
    }
}
