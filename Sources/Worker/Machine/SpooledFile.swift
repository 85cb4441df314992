package import Experiments

/// A checkpoint that lies in this worker's spool: what it is, and the name under which it lies there.
package struct SpooledFile: Hashable, Sendable {
    package var file: StoredFile
    /// Within the spool's folder; no two checkpoints have the same one.
    package var name: String

    package init(file: StoredFile, name: String) {
        self.file = file
        self.name = name
    }

    /// The checkpoint that an attempt goes on from, as it comes down.
    static func resumed(_ file: StoredFile, by id: AttemptID) -> SpooledFile {
        SpooledFile(file: file, name: "\(id.trial)-\(id.attempt)-resume.h5")
    }
}
