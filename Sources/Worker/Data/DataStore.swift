import Files
import Glibc
import Hashing
import Synchronization
package import Schema

/// The data sets that this machine's workers have fetched: `FOLDER/DIGEST/` each, shared by all of them.
///
/// A file has its name only when it is whole; the file `.whole` says that all of them are. One process at a time fetches
/// a data set, which a lock tells that goes with the process.
package final class DataStore: Sendable {
    private struct State {
        /// The locks that this process holds, by digest.
        var locks: [String: LockFile] = [:]
        var lists: [String: [String: CoordinatorMessage.DataFiles.File]] = [:]
        var incoming: [String: Incoming] = [:]
    }

    private final class LockFile: Sendable {
        let file: OpenFile
        init(_ path: String) throws(SpoolError) { file = try OpenFile(own: path, O_RDWR | O_CREAT) }
    }

    /// Touched by one thread at a time: the one that holds the state.
    private struct Incoming: @unchecked Sendable {
        let file: IncomingFile
    }

    package let folder: String
    private let state = Mutex(State())

    package init(folder: String) {
        self.folder = folder
    }

    /// `$XDG_CACHE_HOME/winnow/data`, which is `~/.cache/winnow/data` where nothing else is said.
    ///
    /// Source: "XDG Base Directory Specification", version 0.8: a path that is not absolute is to be ignored.
    package static var standardFolder: String {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        if let cache = variable("XDG_CACHE_HOME"), cache.hasPrefix("/") { return "\(cache)/winnow/data" }
        return "\(variable("HOME") ?? "/tmp")/.cache/winnow/data"
    }

    package func folder(of digest: String) -> String { "\(folder)/\(digest)" }

    /// Whether all files of a data set are here.
    package func isWhole(_ digest: String) -> Bool {
        DataPath.isDigest(digest) && Folder.size(ofFile: "\(folder(of: digest))/.whole") != nil
    }

    /// Takes a data set's lock, or keeps it.
    ///
    /// - Returns: false where another process has it.
    package func lock(_ digest: String) throws(DataStoreError) -> Bool {
        guard DataPath.isDigest(digest) else { throw .badList("\"\(digest.prefix(80))\" is no digest") }
        if state.withLock({ $0.locks[digest] != nil }) { return true }
        let lock = try DataStoreError.unify { () throws(SpoolError) in
            try Folder.create(folder, mode: 0o700, durably: false)
            return try LockFile("\(folder)/.lock-\(digest)")
        }
        guard try DataStoreError.unify({ () throws(SpoolError) in try lock.file.lock() }) else { return false }
        state.withLock { $0.locks[digest] = lock }
        return true
    }

    /// Lets another process have it.
    package func leave(_ digest: String) {
        state.withLock { state in
            state.incoming[digest] = nil
            state.locks[digest] = nil
        }
    }

    /// The bytes here are not those of this data set: they are fetched again.
    func distrust(_ digest: String) {
        let names = (try? Folder.names(in: folder(of: digest))) ?? []
        unlink("\(folder(of: digest))/.whole")
        for name in names where !name.hasPrefix(".") {
            Folder.removeTree("\(folder(of: digest))/\(name)")
        }
    }

    // MARK: Fetching

    /// Looks which files are missing.
    ///
    /// - Parameter isNeeded: whether a file has to be in this folder.
    /// - Throws: ``DataStoreError`` where the list is none, where there is no room, or where the disk fails.
    package func begin(
        _ list: CoordinatorMessage.DataFiles, isNeeded: (CoordinatorMessage.DataFiles.File) -> Bool = { _ in true }
    ) throws(DataStoreError) -> [DataDownload.File] {
        let digest = list.data
        guard try lock(digest) else { throw .badList("it was not asked for") }
        guard !list.files.isEmpty else { throw .notServed }
        try check(list)
        let needed = list.files.filter(isNeeded)
        let missing = try DataStoreError.unify { () throws(SpoolError) in
            try Folder.create(folder(of: digest), mode: 0o700, durably: false)
            var missing: [DataDownload.File] = []
            for file in needed {
                let have = try have(of: file, in: digest)
                if have < file.size { missing.append(.init(path: file.path, size: file.size, have: have)) }
            }
            return missing
        }
        let room = missing.reduce(0) { $0 + $1.size - $1.have }
        if let free = Self.free(in: folder), free < room { throw .noRoom(folder: folder, needed: room, free: free) }
        state.withLock { state in
            state.lists[digest] = Dictionary(uniqueKeysWithValues: list.files.map { ($0.path, $0) })
        }
        return missing
    }

    private func check(_ list: CoordinatorMessage.DataFiles) throws(DataStoreError) {
        var paths: Set<String> = []
        for file in list.files {
            guard DataPath.isPlain(file.path) else { throw .badList("the path \"\(file.path.prefix(80))\"") }
            guard paths.insert(file.path).inserted else { throw .badList("\(file.path) stands there twice") }
            guard DataPath.isDigest(file.sha256), (0...(1 << 50)).contains(file.size) else {
                throw .badList("\(file.path) has the size \(file.size) and the digest \"\(file.sha256.prefix(80))\"")
            }
        }
    }

    private static func free(in folder: String) -> Int? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return Int(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    }

    /// How many bytes of a file are here; all of them where it is whole.
    private func have(of file: CoordinatorMessage.DataFiles.File, in digest: String) throws(SpoolError) -> Int {
        let place = "\(folder(of: digest))/\(file.path)"
        if Folder.size(ofFile: place) == file.size { return file.size }
        let part = part(of: file, in: digest)
        let have = Folder.size(ofFile: part) ?? 0
        guard have >= file.size else { return have }
        // Either nothing of an empty file is missing, or a process died before it could look.
        return try IncomingFile(file, at: part, have: file.size).finish(into: place) ? file.size : 0
    }

    private func part(of file: CoordinatorMessage.DataFiles.File, in digest: String) -> String {
        "\(folder(of: digest))/.part-\(file.sha256)"
    }

    /// Writes a piece of a listed file.
    ///
    /// - Returns: whether the file is what the list says; nil before its last piece.
    package func keep(_ chunk: CoordinatorMessage.DataChunk, _ bytes: [UInt8]) throws(DataStoreError) -> Bool? {
        try DataStoreError.unify { () throws(SpoolError) in
            try state.withLock { state throws(SpoolError) in
                guard let file = state.lists[chunk.data]?[chunk.path] else { return nil }
                let part = part(of: file, in: chunk.data)
                if state.incoming[chunk.data]?.file.path != part || chunk.offset == 0 {
                    state.incoming[chunk.data] = Incoming(file: try IncomingFile(file, at: part, have: chunk.offset))
                }
                guard let incoming = state.incoming[chunk.data]?.file else { return nil }
                guard try incoming.append(bytes, at: chunk.offset) else { return false }
                guard incoming.isComplete else { return nil }
                state.incoming[chunk.data] = nil
                return try incoming.finish(into: "\(folder(of: chunk.data))/\(chunk.path)")
            }
        }
    }

    /// All files are here: tells so to whoever looks for them, and gives the lock away.
    package func finish(_ digest: String, isWhole: Bool = true) throws(DataStoreError) {
        if isWhole {
            try DataStoreError.unify { () throws(SpoolError) in
                let mark = try OpenFile(own: "\(folder(of: digest))/.whole", O_WRONLY | O_CREAT)
                try mark.synchronize()
            }
        }
        leave(digest)
    }

    /// A file of a list that this process has got, and that is here.
    ///
    /// - Parameter prefix: what its name begins with.
    func listed(_ digest: String, prefix: String) -> CoordinatorMessage.DataFiles.File? {
        state.withLock { $0.lists[digest]?.values.first { $0.path.hasPrefix(prefix) } }
    }

    /// Whether this process has got the list of a data set.
    func hasList(_ digest: String) -> Bool { state.withLock { $0.lists[digest] != nil } }
}

/// Why a data set cannot be kept on this machine.
package enum DataStoreError: Error, Hashable, CustomStringConvertible {
    /// The coordinator lists what is no data set.
    case badList(String)
    /// The coordinator's own files are gone.
    case notServed
    case noRoom(folder: String, needed: Int, free: Int)
    case disk(SpoolError)

    package var description: String {
        switch self {
        case .badList(let reason): "the coordinator's list of the data's files is refused: \(reason)"
        case .notServed: "the coordinator has the data no more: start it again where they are"
        case .noRoom(let folder, let needed, let free):
            "\(folder): the data need \(needed) bytes, of which only \(free) are free; choose another --data-dir"
        case .disk(let error): "\(error); make room, or choose another --data-dir"
        }
    }

    static func unify<Result: ~Copyable>(_ body: () throws(SpoolError) -> Result) throws(DataStoreError) -> Result {
        do {
            return try body()
        } catch {
            throw .disk(error)
        }
    }
}

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
        file = try OpenFile(own: path, O_RDWR | O_CREAT)
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
        try Folder.create(Folder.parent(of: place), durably: false)
        try Folder.rename(path, to: place)
        return true
    }
}

/// What a coordinator may call a data set's file: a message may say anything.
enum DataPath {
    /// Whether a path is relative and of plain names, and so leads nowhere but into the folder that it starts from.
    static func isPlain(_ path: String) -> Bool {
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.utf8.count <= 1024 && !path.utf8.contains(0)
            && names.allSatisfy { (1...200).contains($0.utf8.count) && !$0.hasPrefix(".") }
    }

    /// Whether a text is a SHA-256 in lower-case hexadecimal.
    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
