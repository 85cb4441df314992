internal import Files
internal import Glibc
internal import Hashing

/// Reads a file in pieces of 1 MiB.
final class FileReader {
    let size: Int
    private let file: OpenFile

    /// - Throws: ``DownloadError`` with `.missingFile` where there is none, or with the `errno`.
    init(_ path: String) throws(DownloadError) {
        do throws(DownloadError) {
            file = try OpenFile(path, O_RDONLY)
        } catch {
            switch error.code {
            case .system(ENOENT), .system(ENOTDIR): throw DownloadError(.missingFile, at: path, "there is no such file")
            case .system(let code): throw .system("cannot be read", path, code: code)
            default: throw error
            }
        }
        size = try file.size()
    }

    /// Hands all bytes from `offset` on to `body`.
    func forEachPiece(
        from offset: Int = 0, interruption: Interruption, _ body: ([UInt8]) throws(DownloadError) -> Void
    ) throws(DownloadError) {
        var offset = offset
        while true {
            try interruption.check(at: file.path)
            let piece = try file.read(from: offset, count: 1 << 20)
            guard !piece.isEmpty else { return }
            try body(piece)
            offset += piece.count
        }
    }

    /// The SHA-256 of the file's bytes, in lower-case hexadecimal.
    func sha256(interruption: Interruption) throws(DownloadError) -> String {
        let digest = SHA256Digest()
        try forEachPiece(interruption: interruption) { (bytes) throws(DownloadError) in digest.update(bytes) }
        return digest.finish()
    }
}
