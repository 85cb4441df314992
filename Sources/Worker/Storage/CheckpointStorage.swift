import Dispatch
import Experiments
package import Studies
import Files
import Glibc
import Hashing
import StudyStore
import Synchronization
package import Schema

/// Checkpoints between the spool, the wire and a study's folder that is here, too; on a queue of its own, so that the
/// network's thread never waits for a disk.
package final class CheckpointStorage: Sendable {
    /// Downloads that are under way, by the names that they will have; touched by the queue alone.
    private final class Incoming: @unchecked Sendable {
        var files: [String: IncomingDownload] = [:]
    }

    private let spool: Spool
    private let incoming = Incoming()
    private let queue = DispatchQueue(label: "winnow.checkpoints")
    /// Studies whose folders are here, too.
    private let shared = Mutex<[StudyID: SharedStudy]>([:])
    private let answer: @Sendable (StorageEvent) -> Void

    package init(_ spool: Spool, answer: @escaping @Sendable (StorageEvent) -> Void) {
        self.spool = spool
        self.answer = answer
    }

    package func find(_ folder: CoordinatorMessage.SharedFolder) {
        queue.async { [self] in
            let study = SharedStudy(folder)
            shared.withLock { $0[folder.study] = study }
            answer(.sharedFolder(nonce: folder.nonce, isHere: study != nil))
        }
    }

    package func place(_ file: SpooledFile, of id: AttemptID) {
        queue.async { [self] in
            let isThere =
                shared.withLock { $0[id.study] }.map { $0.place(spool.path(of: file), as: file.file, of: id) } ?? false
            answer(.placed(id, file, isThere))
        }
    }

    /// One that cannot be read is asked for again, or replaced by a newer one.
    package func read(_ chunk: Chunk, count: Int, of file: SpooledFile) {
        queue.async { [self] in
            if chunk.copied != nil { return answer(.piece(chunk, bytes: [])) }
            guard let bytes = try? spool.read(file, from: chunk.offset, count: count) else { return }
            answer(.piece(chunk, bytes: bytes))
        }
    }

    package func copyShared(_ file: SpooledFile, of id: AttemptID) {
        queue.async { [self] in
            let isHere = shared.withLock { $0[id.study] }.map { $0.copy(file, of: id, into: spool) } ?? false
            answer(.checkpoint(id, isHere ? file : nil))
        }
    }

    package func keep(_ chunk: Chunk, _ bytes: [UInt8], in file: SpooledFile) {
        queue.async { [self] in
            do throws(SpoolError) {
                if chunk.offset == 0 { incoming.files[file.name] = try IncomingDownload(file, in: spool) }
                guard let download = incoming.files[file.name] else { return }
                try download.append(bytes)
                guard download.isComplete else { return }
                incoming.files[file.name] = nil
                answer(.checkpoint(chunk.id, download.finish() ? file : nil))
                spool.recovered()
            } catch {
                incoming.files[file.name] = nil
                spool.inTrouble(error)
                answer(.checkpoint(chunk.id, nil))
            }
        }
    }

    package func discard(_ file: SpooledFile) {
        queue.async { [self] in
            incoming.files[file.name] = nil
            spool.discard(file)
        }
    }

    /// Returns when all that was asked for has been done.
    package func drain() { queue.sync {} }
}

/// A study's folder that this machine has, too: checkpoints go by copying, not over the wire.
struct SharedStudy: Sendable {
    private let folder: StudyFolder
    private let shared: CoordinatorMessage.SharedFolder

    /// - Returns: nil where the folder is not here: the file in it does not hold the nonce. Also where it is another
    ///   user's: the coordinator could neither read what this process makes there, nor write into its folders.
    init?(_ shared: CoordinatorMessage.SharedFolder) {
        // The name comes from a message: it must not lead out of the folder.
        guard shared.path.hasPrefix("/"), !shared.name.contains("/"), shared.nonce.utf8.count >= 16,
            let folder = try? StudyFolder(shared.path).holding(), folder.isOwn
        else { return nil }
        self.folder = folder
        self.shared = shared
        guard isHere else { return nil }
    }

    /// Whether the path still leads to this folder, and the study in it is still the one: it may have been replaced.
    private var isHere: Bool {
        guard (try? folder.check()) != nil,
            let bytes = try? StoredBytes.read("\(folder.root)/\(shared.name)", from: 0, count: 1024)
        else { return false }
        return String(decoding: bytes, as: UTF8.self) == shared.nonce
    }

    /// Copies a checkpoint under its incoming name.
    ///
    /// - Returns: whether it is there, whole and durable.
    func place(_ path: String, as file: StoredFile, of id: AttemptID) -> Bool {
        guard isHere else { return false }
        let place = folder.incomingPath(id, file.kind)
        do {
            try folder.createTrialFolder(id.trial)
            unlink(place)
            // As all else in the study, and unlike what is in the spool: for whoever the umask lets read it.
            try Self.copy(path, to: place, mode: 0o666, count: file.size) { _ in }
            try OpenFile(folder.trialFolder(id.trial), O_RDONLY | O_DIRECTORY).synchronize()
            return true
        } catch {
            unlink(place)
            return false
        }
    }

    /// Copies a trial's `last.h5` into the spool.
    ///
    /// - Returns: whether it is the file that was announced.
    func copy(_ file: SpooledFile, of id: AttemptID, into spool: Spool) -> Bool {
        let place = spool.path(of: file)
        let digest = SHA256Digest()
        do {
            let paths = [folder, folder.keepingLast(as: .tar)].map {
                $0.checkpointPath(trial: id.trial, file.file.kind)
            }
            let path = paths.first { Folder.size(ofFile: $0) != nil } ?? paths[0]
            try Self.copy(path, to: place, mode: 0o600, count: file.file.size) { digest.update($0) }
            guard digest.finish() == file.file.sha256 else { throw WorkerError.notResumable(trial: id.trial) }
            return true
        } catch {
            unlink(place)
            return false
        }
    }

    private static func copy(
        _ path: String, to place: String, mode: UInt32, count: Int, look: ([UInt8]) -> Void
    ) throws(SpoolError) {
        let source = try OpenFile(path, O_RDONLY | O_NOFOLLOW)
        let target = try OpenFile(place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
        var done = 0
        while done < count {
            let bytes = try source.read(from: done, count: min(1 << 20, count - done))
            guard !bytes.isEmpty else { break }
            look(bytes)
            try target.write(bytes, at: done)
            done += bytes.count
            // The study's journal may be on the same disk.
            if done.isMultiple(of: largestSynchronization) { try target.synchronizeData() }
        }
        try target.synchronize()
    }
}
