import Experiments
import Glibc
import Hashing
import StudyStore
import Wire

/// A study's folder that this machine has, too: checkpoints go by copying, not over the wire.
struct SharedStudy: Sendable {
    private let folder: StudyFolder

    /// - Returns: nil where the folder is not here: the file in it does not hold the nonce.
    init?(_ shared: CoordinatorMessage.SharedFolder) {
        // The name comes from a message: it must not lead out of the folder.
        guard shared.path.hasPrefix("/"), !shared.name.contains("/"), shared.nonce.utf8.count >= 16,
            let bytes = try? StoredBytes.read("\(shared.path)/\(shared.name)", from: 0, count: 1024),
            String(decoding: bytes, as: UTF8.self) == shared.nonce
        else { return nil }
        folder = StudyFolder(shared.path)
    }

    private func incoming(_ file: StoredFile, _ id: AttemptID) -> String {
        "\(folder.trialFolder(id.trial))/.incoming-\(id.attempt)-\(file.kind.rawValue).h5"
    }

    /// Copies a checkpoint under its incoming name.
    ///
    /// - Returns: whether it is there, whole and durable.
    func place(_ path: String, as file: StoredFile, of id: AttemptID) -> Bool {
        let place = incoming(file, id)
        do {
            try folder.createTrialFolder(id.trial)
            unlink(place)
            try Self.copy(path, to: place, count: file.size) { _ in }
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
    func take(_ file: SpooledFile, of id: AttemptID, into spool: Spool) -> Bool {
        let place = spool.path(of: file)
        let digest = SHA256Digest()
        do {
            let path = folder.checkpointPath(trial: id.trial, file.file.kind)
            try Self.copy(path, to: place, count: file.file.size) { digest.update($0) }
            guard digest.finish() == file.file.sha256 else { throw WorkerError.notResumable(trial: id.trial) }
            return true
        } catch {
            unlink(place)
            return false
        }
    }

    private static func copy(
        _ path: String, to place: String, count: Int, look: ([UInt8]) -> Void
    ) throws(SpoolError) {
        let source = try OpenFile(path, O_RDONLY)
        let target = try OpenFile(place, O_WRONLY | O_CREAT | O_EXCL)
        var done = 0
        while done < count {
            let bytes = try source.read(from: done, count: min(1 << 20, count - done))
            guard !bytes.isEmpty else { break }
            look(bytes)
            try target.write(bytes, at: done)
            done += bytes.count
        }
        try target.synchronize()
    }
}
