internal import Hashing

/// The digest of a data set that lies in several files: the SHA-256 of the lines `name  digest`, as sha256sum lists
/// them, in the order in which the files were read.
struct FileListDigest {
    private let digest = SHA256Digest()

    /// - Parameters:
    ///   - name: the file's name within its data set, without the folder that holds it all.
    ///   - file: the SHA-256 of the file's bytes, in lower-case hexadecimal.
    func add(_ name: String, _ file: String) {
        digest.update(Array("\(name)  \(file)\n".utf8))
    }

    func finish() -> String { digest.finish() }
}
