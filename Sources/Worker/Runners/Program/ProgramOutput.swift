package import Experiments
import Glibc
import Studies

/// What a program writes to its standard output and error: on its way to the trial's log, and cut into lines for whoever
/// looks for metrics.
struct ProgramOutput {
    /// Bytes that go to the log at once, and how often: a program that writes without end must not fill the network.
    private static let burst = 128 << 10
    private static let interval = Duration.milliseconds(100)

    private var closed: Set<Int32> = []
    private var lines = LineSplitter()
    private var errorLines = LineSplitter()
    private var waiting: [UInt8] = []
    private var leftOut = 0
    /// Bytes so far.
    private(set) var count = 0
    private var lastFlush = ContinuousClock.now

    /// Whether the program may still write there.
    func isOpen(_ descriptor: Int32) -> Bool { !closed.contains(descriptor) }

    /// Reads what has come, a bounded amount at a time.
    mutating func read(_ descriptor: Int32, isError: Bool, _ body: ([UInt8]) -> Void) {
        guard isOpen(descriptor) else { return }
        for _ in 0..<16 {
            var code: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                let found = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                code = found < 0 ? errno : 0
                count = max(0, found)
            }
            guard code == 0 else { return }
            guard !bytes.isEmpty else {
                closed.insert(descriptor)
                if isError { errorLines.finish(body) } else { lines.finish(body) }
                return
            }
            count += bytes.count
            add(bytes)
            if isError { errorLines.add(bytes, body) } else { lines.add(bytes, body) }
        }
    }

    mutating func add(_ bytes: [UInt8]) {
        let room = Self.burst - waiting.count
        waiting += bytes.prefix(room)
        leftOut += bytes.count - min(room, bytes.count)
    }

    /// What is to go to the log, where the last piece went a while ago.
    mutating func flushIfDue() -> [UInt8]? { .now - lastFlush >= Self.interval ? flush() : nil }

    /// What is to go to the log; nil where nothing is.
    mutating func flush() -> [UInt8]? {
        lastFlush = .now
        if leftOut > 0 {
            waiting += Array("\nwinnow: \(leftOut) bytes are left out here: they came too fast\n".utf8)
            leftOut = 0
        }
        guard !waiting.isEmpty else { return nil }
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting
    }
}

/// Where a program's metrics come from, all of them together.
struct MetricSources {
    private enum Text {
        case none
        case auto(ReportMerger)
        case patterns(MetricPatterns, ReportMerger)

        /// - Throws: where a pattern is no regular expression.
        init(_ source: MetricSource, _ merger: ReportMerger) throws {
            switch source {
            case .auto: self = .auto(merger)
            case .patterns(let patterns):
                self = .patterns(try MetricPatterns(patterns.map { ($0.metric, $0.expression) }), merger)
            case .jsonLines, .csv, .tensorBoard: self = .none
            }
        }
    }

    private enum Watched {
        case lines(FileTail, LineSplitter)
        case csv(FileTail, CSVLog, ReportMerger)
        case events(EventFolder, ReportMerger)
    }

    private var text: Text
    private var files: [Watched]

    /// - Throws: where a pattern is no regular expression.
    init(_ source: MetricSource, folder: ProgramFolder, monitor: String) throws {
        files = [.lines(FileTail(folder.metrics), LineSplitter())]
        let merger = ReportMerger(monitor: monitor)
        text = try Text(source, merger)
        switch source {
        case .auto, .patterns: break
        case .jsonLines(let path): files.append(.lines(FileTail("\(folder.work)/\(path)"), LineSplitter()))
        case .csv(let path): files.append(.csv(FileTail("\(folder.work)/\(path)"), CSVLog(), merger))
        case .tensorBoard(let path): files.append(.events(EventFolder("\(folder.work)/\(path)"), merger))
        }
    }

    /// The lines of output alone.
    init(text source: MetricSource, monitor: String) throws {
        files = []
        let merger = ReportMerger(monitor: monitor)
        text = try Text(source, merger)
        // A log may have been written for people, wherever a trial's metrics come from.
        if case .none = text { text = .auto(merger) }
    }

    /// Looks at a line of output.
    mutating func read(_ line: [UInt8], _ body: (MetricReport) -> Void) {
        if let marked = MetricReport(marked: line) {
            heardExplicitly()
            return body(marked)
        }
        switch text {
        case .none: break
        case .auto(var merger):
            guard let found = MetricReport(text: line) else { return }
            if let epoch = merger.add(found) { body(epoch) }
            text = .auto(merger)
        case .patterns(let patterns, var merger):
            guard let found = patterns.report(line) else { return }
            if let epoch = merger.add(found) { body(epoch) }
            text = .patterns(patterns, merger)
        }
    }

    /// A program that reports its metrics need not be guessed at: its lines for people would say the same twice.
    private mutating func heardExplicitly() {
        if case .auto = text { text = .none }
    }

    /// Looks at the files.
    mutating func read(_ body: (MetricReport) -> Void) {
        for index in files.indices {
            switch files[index] {
            case .lines(var tail, var splitter):
                var isExplicit = false
                tail.read { bytes in
                    splitter.add(bytes) { line in
                        guard let found = MetricReport(json: line) else { return }
                        isExplicit = true
                        body(found)
                    }
                }
                files[index] = .lines(tail, splitter)
                if isExplicit { heardExplicitly() }
            case .csv(var tail, var log, var merger):
                tail.read(restart: { log.restart() }) { bytes in
                    log.add(bytes) { if let epoch = merger.add($0) { body(epoch) } }
                }
                files[index] = .csv(tail, log, merger)
            case .events(var folder, var merger):
                folder.read { if let epoch = merger.add($0) { body(epoch) } }
                files[index] = .events(folder, merger)
            }
        }
    }

    /// The program has ended: what is begun is whole.
    mutating func finish(_ body: (MetricReport) -> Void) {
        read(body)
        for index in files.indices {
            switch files[index] {
            case .lines(_, var splitter): splitter.finish { if let found = MetricReport(json: $0) { body(found) } }
            case .csv(_, _, var merger), .events(_, var merger): if let epoch = merger.finish() { body(epoch) }
            }
        }
        switch text {
        case .none: break
        case .auto(var merger), .patterns(_, var merger): if let epoch = merger.finish() { body(epoch) }
        }
    }
}

extension MetricReport {
    /// All that a whole log says, as a program's trial would hear it.
    ///
    /// - Throws: where a pattern is no regular expression.
    package static func all(in bytes: [UInt8], as source: MetricSource, monitor: String) throws -> [MetricReport] {
        var reports: [MetricReport] = []
        if case .csv = source {
            var (log, merger) = (CSVLog(), ReportMerger(monitor: monitor))
            log.add(bytes) { if let epoch = merger.add($0) { reports.append(epoch) } }
            if let epoch = merger.finish() { reports.append(epoch) }
            return reports
        }
        var sources = try MetricSources(text: source, monitor: monitor)
        var lines: [[UInt8]] = []
        var splitter = LineSplitter()
        splitter.add(bytes) { lines.append($0) }
        splitter.finish { lines.append($0) }
        for line in lines {
            if line.first == UInt8(ascii: "{"), let found = MetricReport(json: line) {
                reports.append(found)
            } else {
                sources.read(line) { reports.append($0) }
            }
        }
        sources.finish { reports.append($0) }
        return reports
    }
}
