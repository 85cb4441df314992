internal import Hashing

/// A file that was read whole: its contents, decompressed where it is a .gz, and the digest of its bytes.
struct DataFile {
    /// Never empty.
    let contents: [UInt8]
    /// The SHA-256 of the bytes as they stand on disk, in lower-case hexadecimal.
    let digest: String

    /// - Throws: also where it is a file of quite another format.
    init(path: String) throws(DatasetError) {
        let bytes = try FileBytes.contents(of: path)
        let isCompressed = Gzip.isCompressed(bytes)
        // A name that promises a .gz is mistaken for one only where nothing else is known of the contents.
        if !isCompressed { try FileSignature.check(bytes, path: path, wasCompressed: false) }
        let isNamedSo = path.hasSuffix(".gz")
        contents = isCompressed || isNamedSo ? try Gzip.decompress(bytes, path: path) : bytes
        if isCompressed { try FileSignature.check(contents, path: path, wasCompressed: true) }
        guard !contents.isEmpty else { throw DatasetError(.emptyFile, in: path, "the file is empty") }
        digest = SHA256Digest.hexadecimal(of: bytes)
    }
}
