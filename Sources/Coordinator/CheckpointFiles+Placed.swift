import Experiments
import Glibc
import StudyStore
import Wire

/// Checkpoints that workers put into the study's folder themselves.
extension CheckpointFiles {
    /// Verifies a checkpoint that lies whole in the folder under its incoming name, and puts it in its place, durably.
    ///
    /// The bytes are copied: whoever wrote the file may still have it open.
    /// - Throws: ``StudyStoreError`` with `.wrongDigest`, or with the `errno`; what stood there before is as it was.
    mutating func adopt(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError) {
        let path = "\(folder.trialFolder(id.trial))/.incoming-\(id.attempt)-\(file.kind.rawValue).h5"
        defer { unlink(path) }
        var offset = 0
        while offset < file.size {
            let bytes = try StoredBytes.read(path, from: offset, count: min(4 << 20, file.size - offset))
            // Shorter than it was announced: its digest will say so.
            guard !bytes.isEmpty else { break }
            stage(.init(id: id, file: file, offset: offset), bytes)
            offset += bytes.count
        }
        try publish(.init(id: id, file: file, offset: offset))
    }
}
