import Glibc
import StudyStore
import Wire

/// How a worker finds out that it has the study's folder before it: a file there holds a number that nobody can guess.
enum SharedFolderProof {
    static let name = ".shared-nonce"

    /// Writes a new number.
    ///
    /// - Returns: what a welcome tells of it; nil where the file cannot be written, and nobody shall try.
    static func renew(in folder: StudyFolder) -> CoordinatorMessage.SharedFolder? {
        let nonce = (0..<4).map { _ in String(UInt64.random(in: 1 << 63...UInt64.max), radix: 16) }.joined()
        guard let path = realpath(folder.path, nil) else { return nil }
        defer { free(path) }
        let absolute = String(cString: path)
        guard (try? AtomicFile.write(nonce, to: "\(absolute)/\(name)")) != nil else { return nil }
        return .init(path: absolute, name: name, nonce: nonce)
    }
}
