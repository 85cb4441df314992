import Foundation

/// One call by which a coordinator or a worker changed something below the study's folder, or by which the coordinator
/// told a worker that something is durable.
enum DiskOperation {
    case create(String)
    case write(String, offset: Int, bytes: Data)
    case truncate(String, size: Int)
    case synchronize(String)
    case rename(String, to: String)
    /// A second name for a file.
    case link(String, to: String)
    case remove(String)
    case makeFolder(String)
    case say(Acknowledgement)
}

/// The operations of a run, in the order in which they happened.
struct DiskLog {
    private(set) var operations: [DiskOperation] = []
    /// At how many points the coordinator could be killed: before each of its calls, and in the middle of a write.
    private(set) var points = 0

    /// What the coordinator had acknowledged by the end.
    var promises: [Acknowledgement] { operations.promises }

    /// Reads what the shim has logged; an unfinished record at the end is left out.
    ///
    /// - Parameter study: the folder; paths are relative to it, "" being the folder itself.
    init(_ path: String, study: String) throws {
        guard let log = FileManager.default.contents(atPath: path) else { return }
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
            let isWorkers = kind & 0x80 != 0
            let kind = UnicodeScalar(UInt8(kind & 0x7F))
            if !isWorkers { points += kind == "w" ? 2 : kind == "a" ? 0 : 1 }
            switch kind {
            case "c": operations.append(.create(path))
            case "w": operations.append(.write(path, offset: offset, bytes: rest))
            case "t": operations.append(.truncate(path, size: offset))
            case "s": operations.append(.synchronize(path))
            case "r": operations.append(.rename(path, to: relative(rest)))
            case "l": operations.append(.link(path, to: relative(rest)))
            case "u": operations.append(.remove(path))
            case "m": operations.append(.makeFolder(path))
            default: operations.append(.say(try Acknowledgement(rest)))
            }
        }
    }
}

extension Sequence<DiskOperation> {
    /// What was acknowledged among them.
    var promises: [Acknowledgement] {
        compactMap { if case .say(let acknowledgement) = $0 { acknowledgement } else { nil } }
    }
}
