import Files
import Foundation
import Glibc
import TensorBoard

/// The scalars of a folder of TensorBoard's event files, as they are added: the step counts epochs.
struct EventFolder {
    private struct File {
        var tail: FileTail
        var bytes: [UInt8] = []
        /// It is no such file, or damaged; what comes behind cannot be read.
        var isSpoilt = false
    }

    private let path: String
    private var files: [String: File] = [:]

    init(_ path: String) {
        self.path = path
    }

    mutating func read(_ body: (MetricReport) -> Void) {
        for name in Self.eventFiles(in: path) {
            var file = files[name] ?? File(tail: FileTail("\(path)/\(name)"))
            file.tail.read { file.bytes += $0 }
            var start = 0
            while !file.isSpoilt, let event = Self.event(in: &file, from: &start) {
                if let report = MetricReport(event) { body(report) }
            }
            file.bytes.removeFirst(start)
            files[name] = file
        }
    }

    /// Lightning and others make folders within it.
    private static func eventFiles(in path: String) -> [String] {
        var found: [String] = []
        try? FolderArchive.forEachEntry(of: path) { (name, status) throws(SpoolError) in
            let file = name.split(separator: "/").last ?? ""
            if status.st_mode & S_IFMT == S_IFREG, file.contains("tfevents") { found.append(name) }
        }
        return found
    }

    /// The next event, where it is whole.
    private static func event(in file: inout File, from start: inout Int) -> ScalarEvent? {
        switch EventRecord.next(in: file.bytes, from: &start) {
        case .event(let event): return event
        case .incomplete: return nil
        case .spoilt:
            file.isSpoilt = true
            return nil
        }
    }
}

extension MetricReport {
    fileprivate init?(_ event: ScalarEvent) {
        guard !event.values.isEmpty else { return nil }
        self.init(epoch: Double(event.step), values: event.values)
    }
}
