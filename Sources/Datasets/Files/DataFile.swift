internal import Hashing

/// A file that was read whole: its contents, decompressed where it is a .gz, and the digest of its bytes.
struct DataFile {
    /// Never empty.
    let contents: [UInt8]
    /// The SHA-256 of the bytes as they stand on disk, in lower-case hexadecimal.
    let digest: String

    init(path: String) throws(DatasetError) {
        let bytes = try FileBytes.contents(of: path)
        contents = Gzip.isCompressed(bytes, path: path) ? try Gzip.decompress(bytes, path: path) : bytes
        guard !contents.isEmpty else { throw DatasetError(.emptyFile, in: path, "the file is empty") }
        digest = SHA256Digest.hexadecimal(of: bytes)
    }
}
