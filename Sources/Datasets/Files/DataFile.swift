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

/// A file that reading a data set takes.
package struct SourceFile: Hashable, Sendable {
    /// Where it lies.
    package let path: String
    /// Its name within the data set: relative, of plain names.
    package let name: String

    package init(path: String, name: String) {
        self.path = path
        self.name = name
    }

    /// A file that is a data set by itself goes by its own name, without dots at its beginning.
    static func name(of path: String) -> String {
        let name = path.split(separator: "/").last.map { $0.drop { $0 == "." } } ?? ""
        return name.isEmpty ? "data" : String(name)
    }
}

/// Recognises files of other formats by their first bytes, where a table or an IDX file is expected.
enum FileSignature {
    /// What a file is, and what makes of it one that can be read.
    private struct Format {
        let bytes: [UInt8]
        let name: String
        let remedy: String
        var offset = 0
    }

    private static let formats = [
        Format(
            bytes: [0x50, 0x4B, 0x03, 0x04], name: "a zip archive (an Excel workbook is one as well)",
            remedy: "unpack it with 'unzip', or save the workbook's sheet as CSV"),
        // Behind "BZh" and a digit; a column may be called BZh.
        Format(
            bytes: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], name: "compressed by bzip2",
            remedy: "decompress it with 'bunzip2'", offset: 4),
        Format(
            bytes: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], name: "compressed by xz", remedy: "decompress it with 'unxz'"),
        Format(bytes: [0x28, 0xB5, 0x2F, 0xFD], name: "compressed by zstd", remedy: "decompress it with 'unzstd'"),
        Format(bytes: [0x1F, 0x9D], name: "compressed by compress", remedy: "decompress it with 'uncompress'"),
        Format(
            bytes: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], name: "a 7z archive", remedy: "unpack it with '7z x'"),
        Format(bytes: Array("Rar!".utf8), name: "a rar archive", remedy: "unpack it with 'unrar x'"),
        Format(bytes: Array("ustar".utf8), name: "a tar archive", remedy: "unpack it with 'tar -xf'", offset: 257),
        Format(bytes: [0x1F, 0x8B], name: "compressed by gzip twice", remedy: "decompress it once with 'gunzip'"),
        Format(
            bytes: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
            name: "an old Excel workbook or another Office file",
            remedy: "save the sheet as CSV"),
        Format(
            bytes: Array("PAR1".utf8) + [0x15], name: "a Parquet file",
            remedy: "write it as CSV: pandas.read_parquet(...).to_csv(..., index=False)"),
        Format(
            bytes: Array("ARROW1".utf8), name: "a Feather file",
            remedy: "write it as CSV: pandas.read_feather(...).to_csv(..., index=False)"),
        Format(
            bytes: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], name: "an HDF5 file",
            remedy: "name it as {hdf5: FILE}"),
        Format(
            bytes: [0x93] + Array("NUMPY".utf8), name: "an array of NumPy",
            remedy: "write it as CSV: numpy.savetxt(..., delimiter=','), or with h5py as HDF5"),
        Format(
            bytes: Array("SQLite format 3".utf8), name: "an SQLite database", remedy: "export the table as CSV"),
        Format(bytes: Array("%PDF-".utf8), name: "a PDF document", remedy: "name a table in CSV"),
    ]

    /// - Parameters:
    ///   - bytes: the file's contents, decompressed where it is a .gz.
    ///   - wasCompressed: whether it is one.
    /// - Throws: what the file is and what to do, where it is of one of these formats.
    static func check(_ bytes: [UInt8], path: String, wasCompressed: Bool) throws(DatasetError) {
        guard
            let format = formats.first(where: { bytes.dropFirst($0.offset).starts(with: $0.bytes) })
        else { return }
        let subject = wasCompressed ? "holds, within gzip, what is" : "is"
        throw DatasetError(.wrongFormat, in: path, "\(subject) \(format.name): \(format.remedy)")
    }
}

/// The digest of a data set that lies in several files: the SHA-256 of the lines `name  digest`, as sha256sum lists
/// them, in the order in which the files were read.
package struct FileListDigest {
    private let digest = SHA256Digest()

    package init() {}

    /// - Parameters:
    ///   - name: the file's name within its data set, without the folder that holds it all.
    ///   - file: the SHA-256 of the file's bytes, in lower-case hexadecimal.
    package func add(_ name: String, _ file: String) {
        digest.update(Array("\(name)  \(file)\n".utf8))
    }

    /// The SHA-256 of the bytes of a file that is read piece by piece.
    static func digest(ofFile path: String) throws(DatasetError) -> String {
        let digest = SHA256Digest()
        try FileBytes.read(path) { digest.update($0) }
        return digest.finish()
    }

    /// The SHA-256 of one file's bytes.
    static func digest(of bytes: [UInt8]) -> String { SHA256Digest.hexadecimal(of: bytes) }

    package func finish() -> String { digest.finish() }
}
