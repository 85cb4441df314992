import Dispatch
package import Experiments
import Synchronization
package import Wire

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
    private let shared = Mutex<SharedStudy?>(nil)
    private let answer: @Sendable (StorageEvent) -> Void

    package init(_ spool: Spool, answer: @escaping @Sendable (StorageEvent) -> Void) {
        self.spool = spool
        self.answer = answer
    }

    package func find(_ folder: CoordinatorMessage.SharedFolder) {
        queue.async { [self] in
            let study = SharedStudy(folder)
            shared.withLock { $0 = study }
            answer(.sharedFolder(nonce: folder.nonce, isHere: study != nil))
        }
    }

    package func place(_ file: SpooledFile, of id: AttemptID) {
        queue.async { [self] in
            let isThere = shared.withLock { $0 }.map { $0.place(spool.path(of: file), as: file.file, of: id) } ?? false
            answer(.placed(id, file, isThere))
        }
    }

    package func take(_ file: SpooledFile, of id: AttemptID) {
        queue.async { [self] in
            let isHere = shared.withLock { $0 }.map { $0.take(file, of: id, into: spool) } ?? false
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
