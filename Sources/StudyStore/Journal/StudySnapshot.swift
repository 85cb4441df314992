internal import Experiments
internal import Files
internal import Glibc

/// A study's state at some point of its journal, so that the records up to there need not be decoded again.
///
///     "winnow-snapshot" | version UInt8 | CRC-32C of all that follows UInt32 | size of the JSON UInt64 | JSON | rows
///
/// Numbers are little-endian. The JSON is ``Head``. A trial's rows are their count and, of each: which list of names,
/// attempt, epoch (UInt32), learning rate, elapsed seconds and the metrics in the order of their names (Float64).
struct StudySnapshot {
    var extent: JournalExtent
    var state: StudyState

    private struct Head: Codable {
        var extent: JournalExtent
        /// Without its rows.
        var state: StudyState
        /// Each list of metrics' names that rows have.
        var names: [[String]]
    }

    private static let magic = Array("winnow-snapshot".utf8) + [1]
    private static let headSize = magic.count + 12
    private static let suffix = ".snapshot"

    init(extent: JournalExtent, state: StudyState) {
        self.extent = extent
        self.state = state
    }

    /// - Returns: nil where there is none.
    /// - Throws: ``StudyStoreError`` with `.invalidSnapshot` where it is damaged or another version's; it is then of no
    ///   use, and the journal has all that it holds.
    static func newest(in folder: StudyFolder) throws(StudyStoreError) -> StudySnapshot? {
        guard let name = try Folder.names(in: folder.journalFolder)?.last(where: { $0.hasSuffix(suffix) }) else {
            return nil
        }
        let path = "\(folder.journalFolder)/\(name)"
        do {
            return try StudySnapshot(StoredBytes.read(path))
        } catch {
            throw StudyStoreError(.invalidSnapshot("\(error)"), path: path)
        }
    }

    /// Puts the snapshot into the journal's folder, and removes those before it.
    func write(in folder: StudyFolder) throws(StudyStoreError) {
        try folder.check()
        let name = JournalSegment.name(extent.sizes.count).dropLast(JournalSegment.suffix.count) + StudySnapshot.suffix
        try AtomicFile.write(try StudyStoreError.unify { try encoded() }, to: "\(folder.journalFolder)/\(name)")
        for old in try Folder.names(in: folder.journalFolder) ?? []
        where old.hasSuffix(StudySnapshot.suffix) && old != name {
            try Folder.remove("\(folder.journalFolder)/\(old)")
        }
    }

    private func encoded() throws -> [UInt8] {
        var indices: [[String]: Int] = [:]
        var rows = LittleEndianBytes()
        var (keys, names, current) = (Set<String>(), [String](), 0)
        for trial in state.trials {
            rows.append(UInt32(trial.history.count))
            for row in trial.history {
                if names.isEmpty || row.metrics.count != keys.count || !row.metrics.keys.allSatisfy(keys.contains) {
                    keys = Set(row.metrics.keys)
                    names = keys.sorted()
                    current = indices[names] ?? indices.count
                    indices[names] = current
                }
                rows.append(UInt32(current))
                rows.append(UInt32(row.id.attempt))
                rows.append(UInt32(row.epoch))
                rows.append(row.learningRate.bitPattern)
                rows.append(row.elapsedSeconds.bitPattern)
                for name in names { rows.append(row.metrics[name]!.bitPattern) }
            }
        }
        let lists = indices.sorted { $0.value < $1.value }.map(\.key)
        let head = try PortableJSON.encode(Head(extent: extent, state: state.withoutRows, names: lists))
        var body = LittleEndianBytes()
        body.append(UInt64(head.count))
        body.bytes += head
        body.bytes += rows.bytes
        var file = LittleEndianBytes(StudySnapshot.magic)
        file.append(CRC32C.checksum(body.bytes))
        return file.bytes + body.bytes
    }

    private init(_ bytes: [UInt8]) throws {
        guard bytes.count >= StudySnapshot.headSize, bytes.starts(with: StudySnapshot.magic) else {
            throw SnapshotMismatch(description: "not a snapshot of this version")
        }
        var reader = LittleEndianReader(bytes, at: StudySnapshot.magic.count)
        guard
            try reader.next(UInt32.self)
                == CRC32C.checksum(bytes.span.extracting(StudySnapshot.magic.count + 4..<bytes.count))
        else { throw SnapshotMismatch(description: "its checksum is another") }
        let size = try reader.next(UInt64.self)
        let head = try PortableJSON.decode(Head.self, from: reader.nextBytes(Int(clamping: size)))
        guard !head.extent.sizes.isEmpty else { throw SnapshotMismatch(description: "it covers nothing") }
        // Copying a dictionary and setting its values is far cheaper than making one of names.
        let templates = head.names.map { Dictionary($0.map { ($0, 0.0) }) { $1 } }
        let orders = zip(templates, head.names).map { template, names in
            template.keys.map { name in names.firstIndex(of: name)! }
        }
        var histories: [[EpochResult]] = []
        for trial in 0..<head.state.trials.count {
            histories.append(try StudySnapshot.history(of: trial, templates, orders, &reader))
        }
        guard let state = head.state.withRows(histories) else {
            throw SnapshotMismatch(description: "its rows are not those of its trials")
        }
        self.init(extent: head.extent, state: state)
    }

    private static func history(
        of trial: Int, _ templates: [[String: Double]], _ orders: [[Int]], _ reader: inout LittleEndianReader
    ) throws -> [EpochResult] {
        let count = Int(try reader.next(UInt32.self))
        var history: [EpochResult] = []
        history.reserveCapacity(min(count, 1 << 16))
        for _ in 0..<count {
            let list = Int(try reader.next(UInt32.self))
            guard templates.indices.contains(list) else { throw SnapshotMismatch(description: "a list is missing") }
            let attempt = Int(try reader.next(UInt32.self))
            let epoch = Int(try reader.next(UInt32.self))
            let rate = Double(bitPattern: try reader.next(UInt64.self))
            let elapsed = Double(bitPattern: try reader.next(UInt64.self))
            let order = orders[list]
            let values = try reader.doubles(order.count)
            var next = 0
            let metrics = templates[list].mapValues { _ in
                defer { next += 1 }
                return values[order[next]]
            }
            history.append(
                EpochResult(
                    id: AttemptID(trial: trial, attempt: attempt), epoch: epoch, metrics: metrics, learningRate: rate,
                    elapsedSeconds: elapsed))
        }
        return history
    }
}

/// Why a snapshot is of no use.
struct SnapshotMismatch: Error, CustomStringConvertible {
    let description: String
}
