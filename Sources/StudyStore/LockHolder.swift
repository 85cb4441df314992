internal import Glibc

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
