import Foundation

/// One call by which a coordinator changed something below its study's folder, or told a worker that something is
/// durable, in the order in which these happened.
enum DiskOperation {
    case create(String)
    case write(String, offset: Int, bytes: Data)
    case truncate(String, size: Int)
    case synchronize(String)
    case rename(String, to: String)
    case remove(String)
    case makeFolder(String)
    case say(Acknowledgement)

    /// At how many points of it the process can be killed: before it, and in the middle of a write.
    var points: Int {
        switch self {
        case .write: 2
        case .say: 0
        default: 1
        }
    }

    /// Reads what the shim has logged; an unfinished record at the end is left out.
    ///
    /// - Parameter study: the folder; paths are relative to it, "" being the folder itself.
    static func read(_ path: String, study: String) throws -> [DiskOperation] {
        guard let log = FileManager.default.contents(atPath: path) else { return [] }
        var operations: [DiskOperation] = []
        var position = 0
        func number(_ size: Int) -> Int? {
            guard position + size <= log.count else { return nil }
            defer { position += size }
            return (0..<size).reduce(0) { $0 | Int(log[position + $1]) << (8 * $1) }
        }
        func bytes() -> Data? {
            guard let count = number(4), position + count <= log.count else { return nil }
            defer { position += count }
            return log.subdata(in: position..<position + count)
        }
        func relative(_ path: Data) -> String {
            String(String(decoding: path, as: UTF8.self).dropFirst(study.count + 1))
        }
        while let kind = number(1), let name = bytes(), let offset = number(8), let rest = bytes() {
            let path = relative(name)
            switch UnicodeScalar(UInt8(kind)) {
            case "c": operations.append(.create(path))
            case "w": operations.append(.write(path, offset: offset, bytes: rest))
            case "t": operations.append(.truncate(path, size: offset))
            case "s": operations.append(.synchronize(path))
            case "r": operations.append(.rename(path, to: relative(rest)))
            case "u": operations.append(.remove(path))
            case "m": operations.append(.makeFolder(path))
            default: operations.append(.say(try Acknowledgement(rest)))
            }
        }
        return operations
    }
}
