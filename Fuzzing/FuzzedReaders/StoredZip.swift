/// A zip archive without compression, whose checksums are right whatever its files hold.
///
/// Source: PKWARE, "APPNOTE.TXT", 4.3.
enum StoredZip {
    static func archive(of files: [(name: String, contents: [UInt8])]) -> [UInt8] {
        var (archive, directory): ([UInt8], [UInt8]) = ([], [])
        for (name, contents) in files {
            let offset = archive.count
            // Version 2.0, no flags, no compression, no time.
            var header: [UInt8] = [20, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            header += little(Int(crc32(contents)), 4) + little(contents.count, 4) + little(contents.count, 4)
            header += little(name.utf8.count, 2) + [0, 0]
            archive += Array("PK\u{3}\u{4}".utf8) + header + Array(name.utf8) + contents
            directory += Array("PK\u{1}\u{2}".utf8) + [20, 0] + header
            // No comment, the first disk, no attributes.
            directory += [UInt8](repeating: 0, count: 10) + little(offset, 4) + Array(name.utf8)
        }
        let count = little(files.count, 2)
        return archive + directory + Array("PK\u{5}\u{6}".utf8) + [0, 0, 0, 0] + count + count
            + little(directory.count, 4) + little(archive.count, 4) + [0, 0]
    }

    private static func little(_ number: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// ISO 3309's checksum, bit by bit: the files are small.
    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
