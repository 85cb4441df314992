import Files
import Glibc

/// A file of which what is added is read.
struct FileTail {
    let path: String
    private var offset = 0
    private var identity: FileIdentity?
    private let piece = 1 << 18

    init(_ path: String) {
        self.path = path
    }

    /// What was added since the last time.
    ///
    /// - Parameter restart: called where the file is another one, or shorter than before: what was read of it is void.
    mutating func read(restart: () -> Void = {}, _ body: ([UInt8]) -> Void) {
        guard let file = try? OpenFile(path, O_RDONLY | O_NONBLOCK), let size = try? file.size() else { return }
        let found = try? file.identity()
        if size < offset || identity != nil && found != identity {
            offset = 0
            restart()
        }
        identity = found
        while offset < size, let bytes = try? file.read(from: offset, count: min(piece, size - offset)), !bytes.isEmpty
        {
            offset += bytes.count
            body(bytes)
        }
    }
}

/// A table of metrics that grows, as CSVLogger of Keras and of Lightning write it: a header, and a row for each epoch or
/// for a part of one. A column `epoch` counts epochs; empty cells say nothing.
package struct CSVLog {
    private var splitter = LineSplitter()
    private var columns: [String]?

    package init() {}

    package mutating func add(_ bytes: [UInt8], _ body: (MetricReport) -> Void) {
        var columns = columns
        splitter.add(bytes) { line in
            let cells = String(decoding: line, as: UTF8.self).split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.trimmingSpacesAndQuotes }
            guard let names = columns else {
                columns = cells
                return
            }
            var report = MetricReport()
            for (name, cell) in zip(names, cells) {
                guard let value = Double(cell) else { continue }
                if name == "epoch" { report.epoch = value } else { report.values[name] = value }
            }
            if !report.values.isEmpty { body(report) }
        }
        self.columns = columns
    }

    /// The table begins anew, with another header.
    package mutating func restart() { self = CSVLog() }
}

extension Substring {
    fileprivate var trimmingSpacesAndQuotes: String {
        var text = self
        while let first = text.first, first == " " || first == "\"" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\"" { text.removeLast() }
        return String(text)
    }
}
