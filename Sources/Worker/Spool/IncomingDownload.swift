import Experiments
import Glibc
import Hashing

/// A checkpoint that comes down into the spool, piece by piece.
final class IncomingDownload {
    private let spooled: SpooledFile
    private let spool: Spool
    private let file: OpenFile
    private let digest = SHA256Digest()
    private var count = 0

    /// Begins it; what an earlier try has left is gone.
    init(_ spooled: SpooledFile, in spool: Spool) throws(SpoolError) {
        self.spooled = spooled
        self.spool = spool
        file = try OpenFile("\(spool.path(of: spooled)).part", O_WRONLY | O_CREAT | O_TRUNC)
    }

    func append(_ bytes: [UInt8]) throws(SpoolError) {
        try file.write(bytes, at: count)
        digest.update(bytes)
        count += bytes.count
    }

    var isComplete: Bool { count == spooled.file.size }

    /// - Returns: whether the bytes are those that were announced; only then is the file there.
    func finish() -> Bool {
        guard digest.finish() == spooled.file.sha256, rename(file.path, spool.path(of: spooled)) == 0 else {
            unlink(file.path)
            return false
        }
        return true
    }
}
