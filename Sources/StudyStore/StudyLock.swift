internal import Files
internal import Glibc

/// The right to write to a study, which one process has at a time.
///
/// It is an advisory lock (`flock(2)`) on the file `lock`: the kernel gives it back when the process ends, however it
/// ends, and close-on-exec keeps it from the processes that it starts. The file says who holds it, and as which
/// generation: a number that grows with every start.
package final class StudyLock {
    package let generation: Int
    /// The folder that is locked, by its descriptor: whoever writes to the study does it through this.
    package let folder: StudyFolder
    /// Never read again: the lock lasts as long as the descriptor.
    private let file: OpenFile

    /// Takes the lock, makes the folder where it is missing, and removes what a killed holder left half written.
    ///
    /// The folder's path has to lead to it, and to this lock, for as long as the study is written to:
    /// ``StudyFolder/check()``.
    /// - Throws: ``StudyStoreError`` with `.locked` where another process holds it, `.damaged` where the file does not
    ///   say which generation was the last.
    package init(_ folder: StudyFolder) throws(StudyStoreError) {
        try folder.create()
        let folder = try folder.holding()
        self.folder = folder
        let path = folder.lockPath
        file = try OpenFile(path, O_RDWR | O_CREAT)
        let isLocked = try file.lock()
        let holder = try LockHolder(file.readAll(), path: path)
        guard isLocked else {
            throw StudyStoreError(.locked(pid: holder?.pid ?? 0, host: holder?.host ?? "an unknown host"), path: path)
        }
        try folder.held?.remember(file, as: StudyFolder.lockName)
        // Another may have removed the folder between its opening and its lock.
        try folder.check()
        generation = (holder?.generation ?? 0) + 1
        // In place and always of the same length: the file must stay the one that is locked, and must never be empty.
        try file.write(LockHolder.current(generation: generation).bytes, at: 0)
        try file.synchronize()
        try Folder.synchronize(folder.root)
        try folder.removeLeftovers()
    }
}

/// Who holds a study's lock, as the lock file says it: three lines, padded with spaces to a fixed length.
struct LockHolder: Equatable {
    var generation: Int
    var pid: Int
    var host: String

    /// Bytes; within one disk sector, so that they are written together.
    static let size = 256

    static func current(generation: Int) -> LockHolder {
        LockHolder(generation: generation, pid: Int(getpid()), host: hostName())
    }

    var bytes: [UInt8] {
        let text = Array("generation \(generation)\npid \(pid)\nhost \(host)\n".utf8)
        return text + [UInt8](repeating: UInt8(ascii: " "), count: max(0, LockHolder.size - text.count))
    }

    init(generation: Int, pid: Int, host: String) {
        self.generation = generation
        self.pid = pid
        self.host = host
    }

    /// Reads a lock file; nil where it is empty, as it is between its making and its first holder's entry.
    init?(_ bytes: [UInt8], path: String) throws(StudyStoreError) {
        guard !bytes.isEmpty else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        func value(_ index: Int, _ key: String) throws(StudyStoreError) -> Substring {
            guard index < lines.count, lines[index].hasPrefix("\(key) ") else {
                throw StudyStoreError(.damaged(offset: 0, reason: "no \(key) in line \(index + 1)"), path: path)
            }
            return lines[index].dropFirst(key.count + 1)
        }
        guard let generation = Int(try value(0, "generation")), let pid = Int(try value(1, "pid")) else {
            throw StudyStoreError(.damaged(offset: 0, reason: "a generation or pid that is no number"), path: path)
        }
        self.init(generation: generation, pid: pid, host: String(try value(2, "host")))
    }

    private static func hostName() -> String {
        var name = utsname()
        guard uname(&name) == 0 else { return "localhost" }
        return withUnsafeBytes(of: &name.nodename) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// A file in the study's folder by which a worker finds out that it sees the same folder: who reads the nonce there, does.
///
/// It goes with the coordinator that made it; what a killed one left is removed with the study's next lock.
package final class SharedNonce {
    /// The file's name within the study's folder.
    package let name: String
    /// What it holds: 32 hexadecimal digits.
    package let nonce: String
    private let folder: StudyFolder
    private var path: String { "\(folder.root)/\(name)" }

    /// - Throws: ``StudyStoreError`` with the `errno`.
    package init(in folder: StudyFolder, generation: Int) throws(StudyStoreError) {
        name = "\(StudyFolder.noncePrefix)\(generation)"
        nonce = (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        self.folder = folder
        try AtomicFile.write(nonce, to: path)
    }

    deinit {
        // In a folder that is another study's by now the file of this name is that study's.
        guard (try? folder.check()) != nil else { return }
        try? Folder.remove(path)
    }
}
