import Dispatch
import Files
import Glibc
import Schema
import Studies
import StudyStore
import Synchronization

/// A study's folder: its journal, which the coordinator's loop writes, and its checkpoints and data, which executors of
/// their own look after.
final class StudyDisk: CoordinatorDisk {
    private let journal: Journal
    private let logs: TrialLogs
    private let checkpoints: CheckpointExecutor
    private let data: DataExecutor

    /// - Parameters:
    ///   - data: what workers may fetch; nil where nothing is served.
    ///   - answer: hears what the executors have done, on their threads.
    init(
        folder: StudyFolder, journal: Journal, state: StudyState, logs: TrialLogs, data: DataFiles?,
        answer: @escaping @Sendable (StorageAnswer) -> Void
    ) {
        self.journal = journal
        self.logs = logs
        checkpoints = CheckpointExecutor(folder, state, answer: answer)
        self.data = DataExecutor(data, answer: answer)
    }

    func append(_ record: JournalRecord, encoded: [UInt8]) {
        journal.append(record, encoded: encoded)
        logs.note(record, unix: StudyClock.unix)
    }

    func commit() throws(StudyStoreError) { try journal.commit() }

    func perform(_ work: StorageWork) {
        switch work {
        case .list, .readData: data.perform(work)
        case .output(let id, let bytes): logs.add(output: bytes, of: id)
        case .packages(let list): logs.add(packages: list)
        default: checkpoints.perform(work)
        }
    }

    /// Returns when the executors have done what they were asked.
    func drain() { checkpoints.drain() }
}

/// Stages, verifies, publishes and reads a study's checkpoints, one after the other.
private final class CheckpointExecutor: Sendable {
    /// Touched by the queue alone.
    private final class State: @unchecked Sendable {
        var files: CheckpointFiles
        /// Uploads of which a part could not be written, until they begin anew: what else was asked of them is not done.
        var failed: Set<UploadKey> = []

        init(_ files: CheckpointFiles) {
            self.files = files
        }
    }

    private let folder: StudyFolder
    private let state: State
    private let queue = DispatchQueue(label: "winnow.study-checkpoints")
    private let answer: @Sendable (StorageAnswer) -> Void

    init(_ folder: StudyFolder, _ study: StudyState, answer: @escaping @Sendable (StorageAnswer) -> Void) {
        self.folder = folder
        state = State(CheckpointFiles(folder, study))
        self.answer = answer
    }

    func drain() { queue.sync {} }

    func perform(_ work: StorageWork) {
        queue.async { [self] in
            if let told = carryOut(work) { answer(told) }
        }
    }

    private func carryOut(_ work: StorageWork) -> StorageAnswer? {
        switch work {
        case .stage(let chunk, let bytes):
            if chunk.offset == 0 { state.failed.remove(UploadKey(id: chunk.id, kind: chunk.file.kind)) }
            var receipt = chunk
            receipt.offset += chunk.copied?.count ?? bytes.count
            receipt.copied = nil
            return store(chunk.id, chunk.file) { files throws(StudyStoreError) in
                try files.stage(chunk, bytes)
                return receipt.offset < chunk.file.size ? .staged(receipt) : nil
            }
        case .publish(let id, let file):
            return store(id, file) { files throws(StudyStoreError) in
                try files.publish(id, file)
                return .stored(id, file)
            }
        case .adopt(let id, let file):
            state.failed.remove(UploadKey(id: id, kind: file.kind))
            return store(id, file) { files throws(StudyStoreError) in
                try files.publish(placed: file, by: id)
                return .stored(id, file)
            }
        // A failed removal only wastes space.
        case .undo(let id, let file): try? state.files.undo(trial: id.trial, file.kind)
        case .discard(let id): state.files.discard(id)
        case .remove(let trial, let kind, let restores):
            try? state.files.remove(trial: trial, kind, restoresPrevious: restores)
        case .settle(let trial): state.files.settle(trial)
        case .finishTrial(let trial): state.files.finishTrial(trial)
        case .read(let chunk, let trial): return .read(chunk, bytes: state.files.read(chunk, of: trial))
        case .probe(let bytes, let path): return .probed(probe(bytes, beside: path))
        case .list, .readData, .output, .packages: break
        }
        return nil
    }

    private func store(
        _ id: AttemptID, _ file: StoredFile,
        _ body: (inout CheckpointFiles) throws(StudyStoreError) -> StorageAnswer?
    ) -> StorageAnswer? {
        let key = UploadKey(id: id, kind: file.kind)
        guard !state.failed.contains(key) else { return nil }
        do throws(StudyStoreError) {
            return try body(&state.files)
        } catch {
            state.failed.insert(key)
            if error.code != .folderReplaced { state.files.discard(id) }
            // What the disk refuses says nothing of the file.
            guard error.systemError == nil, error.code != .folderReplaced else { return .failed(id, file, error) }
            return .refused(id, file, reason: error.description)
        }
    }

    private func probe(_ bytes: Int, beside path: String) -> StudyStoreError? {
        do throws(StudyStoreError) {
            try folder.check()
            try RoomProbe.check(bytes, beside: path, in: folder)
            return nil
        } catch {
            return error
        }
    }
}

/// Lists and reads the files of a study's data.
private final class DataExecutor: Sendable {
    private let files: DataFiles?
    private let queue = DispatchQueue(label: "winnow.study-data")
    /// What waits: who is not answered soon asks again, and must not lengthen the queue by it.
    private let waiting = Mutex<Set<StorageWork>>([])
    private let answer: @Sendable (StorageAnswer) -> Void

    init(_ files: DataFiles?, answer: @escaping @Sendable (StorageAnswer) -> Void) {
        self.files = files
        self.answer = answer
    }

    func perform(_ work: StorageWork) {
        guard waiting.withLock({ $0.insert(work).inserted }) else { return }
        queue.async { [self] in
            _ = waiting.withLock { $0.remove(work) }
            switch work {
            case .list(let digest, let offset, let peer):
                if let files { answer(.listed(files.list(digest, from: offset), peer)) }
            case .readData(let chunk, let peer):
                answer(.readData(chunk, bytes: files?.read(chunk), peer))
            default: break
            }
        }
    }
}

/// Finds out whether a disk that was in trouble takes files again.
enum RoomProbe {
    /// Reserves so many bytes where a file could not be written, and gives them back.
    ///
    /// - Parameters:
    ///   - path: of that file; where its folder is missing, the one above it is tried, in which it is to be made.
    ///   - folder: the study's, beyond which nothing is tried.
    /// - Throws: ``StudyStoreError`` with the `errno`.
    static func check(_ bytes: Int, beside path: String, in folder: StudyFolder) throws(StudyStoreError) {
        var names = path.hasPrefix("\(folder.path)/") ? path.dropFirst(folder.path.count).split(separator: "/") : []
        while true {
            _ = names.popLast()
            // The ending is that of the files which a study's next lock removes.
            let place = ([folder.root] + names.map(String.init) + [".room.part"]).joined(separator: "/")
            do throws(StudyStoreError) {
                return try reserve(bytes, at: place)
            } catch {
                guard error.systemError == ENOENT, !names.isEmpty else { throw error }
            }
        }
    }

    private static func reserve(_ bytes: Int, at path: String) throws(StudyStoreError) {
        let file = try OpenFile<StudyStoreError>(path, O_WRONLY | O_CREAT, mode: 0o600)
        defer { unlink(path) }
        try file.reserve(bytes)
    }
}
