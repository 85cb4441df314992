internal import Hashing

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads a file in pieces of 1 MiB.
final class FileReader {
    let path: String
    let size: Int
    private let descriptor: Int32
    private let piece: UnsafeMutableRawBufferPointer

    /// - Throws: ``DownloadError`` with `.missingFile` where there is none, or with the `errno`.
    init(_ path: String) throws(DownloadError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR
                ? DownloadError(.missingFile, at: path, "there is no such file") : .system("cannot be read", path)
        }
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            throw .system("cannot be read", path)
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
        piece = .allocate(byteCount: 1 << 20, alignment: 16)
    }

    deinit {
        close(descriptor)
        piece.deallocate()
    }

    /// Hands all bytes from `offset` on to `body`.
    func forEachPiece(
        from offset: Int = 0, interruption: Interruption, _ body: (UnsafeRawBufferPointer) throws(DownloadError) -> Void
    ) throws(DownloadError) {
        var offset = offset
        while true {
            try interruption.check(at: path)
            let count = pread(descriptor, piece.baseAddress, piece.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("cannot be read", path) }
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            offset += count
        }
    }

    /// The SHA-256 of the file's bytes, in lower-case hexadecimal.
    func sha256(interruption: Interruption) throws(DownloadError) -> String {
        let digest = SHA256Digest()
        try forEachPiece(interruption: interruption) { (bytes) throws(DownloadError) in digest.update(Array(bytes)) }
        return digest.finish()
    }
}
