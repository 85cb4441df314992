import Glibc
import StudyStore
import Wire

extension CoordinatorMessage.SharedFolder {
    /// What a welcome tells of a nonce in the study's folder; nil where the folder has no absolute path that a message may
    /// hold: checkpoints then travel over the wire.
    init?(_ folder: StudyFolder, _ nonce: SharedNonce) {
        guard let path = realpath(folder.path, nil) else { return nil }
        defer { free(path) }
        self.init(path: String(cString: path), name: nonce.name, nonce: nonce.nonce)
        guard self.path.isPrintable else { return nil }
    }
}
