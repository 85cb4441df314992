import Glibc
import Studies
import StudyStore
import Schema

extension CoordinatorMessage.SharedFolder {
    /// What a welcome tells of a nonce in the study's folder; nil where the folder has no absolute path that a message may
    /// hold: checkpoints then travel over the wire.
    init?(_ study: StudyID, _ folder: StudyFolder, _ nonce: SharedNonce) {
        guard let path = realpath(folder.path, nil) else { return nil }
        defer { free(path) }
        self.init(study: study, path: String(cString: path), name: nonce.name, nonce: nonce.nonce)
        guard self.path.isPrintable else { return nil }
    }
}
