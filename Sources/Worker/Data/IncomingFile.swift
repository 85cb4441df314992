import Glibc
import Hashing
import Wire

/// A data set's file that comes down, piece by piece; what is there of it outlives the process.
final class IncomingFile {
    let path: String
    private let described: CoordinatorMessage.DataFiles.File
    private let file: OpenFile
    private let digest = SHA256Digest()
    private var count = 0

    /// Goes on after the bytes that an earlier try has left.
    ///
    /// - Parameters:
    ///   - path: under which the file stands until it is whole.
    ///   - have: how many of the bytes there are right to go on from.
    init(_ described: CoordinatorMessage.DataFiles.File, at path: String, have: Int) throws(SpoolError) {
        self.described = described
        self.path = path
        file = try OpenFile(path, O_RDWR | O_CREAT)
        while count < have {
            let bytes = try file.read(from: count, count: min(4 << 20, have - count))
            guard !bytes.isEmpty else { break }
            digest.update(bytes)
            count += bytes.count
        }
        try file.truncate(to: count)
    }

    func append(_ bytes: [UInt8], at offset: Int) throws(SpoolError) -> Bool {
        guard offset == count else { return false }
        try file.write(bytes, at: count)
        digest.update(bytes)
        count += bytes.count
        return true
    }

    var isComplete: Bool { count == described.size }

    /// Puts the file into its place, if its bytes are those that were listed; otherwise there is nothing of it any more.
    func finish(into place: String) throws(SpoolError) -> Bool {
        guard digest.finish() == described.sha256 else {
            unlink(path)
            return false
        }
        if let slash = place.lastIndex(of: "/") { try FileTree.create(String(place[..<slash])) }
        guard rename(path, place) == 0 else { throw .system("rename", place) }
        return true
    }
}
