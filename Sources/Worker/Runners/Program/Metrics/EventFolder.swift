import Files
import Foundation
import Glibc
import SwiftProtobuf

/// The scalars of a folder of TensorBoard's event files, as they are added: the step counts epochs.
///
/// Source: TFRecord, `tensorflow/core/lib/io/record_writer.h`: the length in 8 bytes, its checksum in 4, the event, its
/// checksum in 4. What a checksum would tell of a file on this machine's own disk, the events' own form tells as well.
struct EventFolder {
    private struct File {
        var tail: FileTail
        var bytes: [UInt8] = []
        /// It is no such file, or damaged; what comes behind cannot be read.
        var isSpoilt = false
    }

    private static let longest = 64 << 20

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
    private static func event(in file: inout File, from start: inout Int) -> TensorBoardEvent? {
        let (head, foot) = (12, 4)
        guard file.bytes.count - start >= head + foot else { return nil }
        let length = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(file.bytes[start + $1]) }
        guard length <= longest else {
            file.isSpoilt = true
            return nil
        }
        let (first, last) = (start + head, start + head + Int(length))
        guard file.bytes.count >= last + foot else { return nil }
        guard let event = try? TensorBoardEvent(serializedBytes: Array(file.bytes[first..<last])) else {
            file.isSpoilt = true
            return nil
        }
        start = last + foot
        return event
    }
}

extension MetricReport {
    fileprivate init?(_ event: TensorBoardEvent) {
        self.init(epoch: Double(event.step))
        for value in event.summary.value {
            switch value.value {
            case .simpleValue(let number): values[value.tag] = Double(number)
            case .tensor(let tensor): values[value.tag] = tensor.scalar
            case nil: break
            }
        }
        if values.isEmpty { return nil }
    }
}

extension TensorBoardTensor {
    /// The one number of a scalar; nil for all else.
    fileprivate var scalar: Double? {
        switch (dtype, floatVal.count, doubleVal.count, tensorContent.count) {
        case (1, 1, _, _): Double(floatVal[0])
        case (2, _, 1, _): doubleVal[0]
        case (1, 0, _, 4): Double(Array(tensorContent).withUnsafeBytes { $0.loadUnaligned(as: Float.self) })
        case (2, _, 0, 8): Array(tensorContent).withUnsafeBytes { $0.loadUnaligned(as: Double.self) }
        default: nil
        }
    }
}
