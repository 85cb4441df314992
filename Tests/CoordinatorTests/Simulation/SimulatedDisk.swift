import Coordinator
import Experiments
import Glibc
import Schema
import Studies
import StudyStore
import TestSupport

/// A study's disk, which loses what was not synchronised when it crashes, and which can be full.
///
/// It also keeps the sum of what is durable, and hands every record that becomes so to the promises.
final class SimulatedDisk: CoordinatorDisk {
    struct FileKey: Hashable {
        var trial: Int
        var kind: StoredFile.Kind
    }

    private struct UploadKey: Hashable {
        var id: AttemptID
        var kind: StoredFile.Kind
    }

    private struct Stored {
        var file: StoredFile
        var bytes: [UInt8]

        var isWhole: Bool { PretendedTraining.digest(bytes) == file.sha256 }
    }

    private(set) var durable: [JournalRecord] = []
    private(set) var state = StudyState()
    private var pending: [JournalRecord] = []
    /// The newest, and behind it the one before.
    private var files: [FileKey: [Stored]] = [:]
    private var staged: [UploadKey: Stored] = [:]
    /// Uploads of which a part could not be written, until they begin anew.
    private var failed: Set<UploadKey> = []
    /// What workers have put into the folder themselves.
    private var incoming: [UploadKey: [UInt8]] = [:]
    /// What the executors have been asked, and have not done.
    private var work: [SimulatedExecutor: [StorageWork]] = [:]
    var isFull = false
    private(set) var isCrashed = false
    private var operations = 0
    private var crashAt = Int.max
    private var random: SplitMix64
    private let bug: PlantedBug?
    /// Told of each record that becomes durable, with the state before it.
    var promises: Promises?
    /// Told when an executor has something to do.
    var schedule: ((SimulatedExecutor) -> Void)?

    init(_ records: [JournalRecord], random: SplitMix64, bug: PlantedBug?) {
        self.random = random
        self.bug = bug
        makeDurable(records)
    }

    // MARK: Crashes

    /// The coordinator dies at the disk's operation after so many more.
    func crash(after count: Int) { crashAt = operations + count }

    /// The coordinator's process is gone, with all that was not synchronised.
    func crash() { isCrashed = true }

    /// Another process opens the folder.
    func reopen() -> StudyState {
        var opened = state
        if bug == .uncommittedRecordsSurvive {
            for record in pending where (try? opened.apply(record)) == nil { break }
        }
        (pending, staged, failed, work) = ([], [:], [], [:])
        isCrashed = false
        crashAt = .max
        for number in opened.trials.indices where !opened.trials[number].isOver {
            let trial = opened.trials[number]
            repair(.best, of: number, [trial.best], &opened)
            repair(.last, of: number, [trial.last, trial.previousLast], &opened)
        }
        return opened
    }

    /// Makes files and records agree again; `known` are those that records name, the newest first.
    private func repair(_ kind: StoredFile.Kind, of trial: Int, _ known: [StoredFile?], _ opened: inout StudyState) {
        let key = FileKey(trial: trial, kind: kind)
        for file in known.compactMap({ $0 }) {
            let places = files[key] ?? []
            if let place = places.firstIndex(where: { $0.file.sha256 == file.sha256 && $0.isWhole }) {
                files[key] = Array(places[place...])
                return
            }
            let removed = JournalRecord.fileRemoved(.init(trial: trial, kind: kind, unix: 0))
            makeDurable([removed])
            guard (try? opened.apply(removed)) != nil else { return }
        }
    }

    private func operate() throws(StudyStoreError) {
        if operations >= crashAt { isCrashed = true }
        operations += 1
        guard !isCrashed else { throw StudyStoreError(.system(errno: ECANCELED, operation: "crash")) }
    }

    private func needRoom() throws(StudyStoreError) {
        if isFull { throw StudyStoreError(.system(errno: ENOSPC, operation: "write"), path: "disk") }
    }

    // MARK: Journal

    func append(_ record: JournalRecord, encoded: [UInt8]) {
        if !encoded.isEmpty {
            let told = try? JournalRecord.decode(encoded)
            if told?.record != record || told?.study != state.id {
                promises?.violate("the bytes of \(record) are another record's")
            }
        }
        pending.append(record)
    }

    func commit() throws(StudyStoreError) {
        guard !pending.isEmpty else { return }
        do {
            try operate()
        } catch {
            // What was being written may have arrived, from its beginning on.
            makeDurable(Array(pending.prefix(Int.random(in: 0...pending.count, using: &random))))
            throw error
        }
        if bug == .fullDiskIsOverlooked, isFull { return pending.removeAll() }
        try needRoom()
        if bug == .acknowledgesBeforeSync, Int.random(in: 0..<4, using: &random) > 0 { return }
        makeDurable(pending)
        pending.removeAll(keepingCapacity: true)
    }

    private func makeDurable(_ records: [JournalRecord]) {
        for record in records {
            let before = state
            do {
                try state.apply(record)
                durable.append(record)
                promises?.recordBecameDurable(record, before: before, on: self)
            } catch {
                promises?.violate("the journal contradicts itself: \(error)")
            }
        }
    }

    // MARK: Executors

    func perform(_ work: StorageWork) {
        let executor = SimulatedExecutor(for: work)
        // Who is not answered soon asks again.
        if executor == .data, self.work[executor]?.contains(work) == true { return }
        self.work[executor, default: []].append(work)
        schedule?(executor)
    }

    /// An executor does what it was asked first.
    func step(_ executor: SimulatedExecutor) -> StorageAnswer? {
        guard let next = work[executor]?.first else { return nil }
        work[executor]!.removeFirst()
        let answer = carryOut(next)
        return isCrashed ? nil : answer
    }

    private func carryOut(_ work: StorageWork) -> StorageAnswer? {
        switch work {
        case .stage(let chunk, let bytes):
            if chunk.offset == 0 { failed.remove(UploadKey(id: chunk.id, kind: chunk.file.kind)) }
            var receipt = chunk
            receipt.offset += bytes.count
            return store(chunk.id, chunk.file) { () throws(StudyStoreError) in
                try stage(chunk, bytes)
                return receipt.offset < chunk.file.size ? .staged(receipt) : nil
            }
        case .publish(let id, let file):
            return store(id, file) { () throws(StudyStoreError) in
                try place(staged.removeValue(forKey: UploadKey(id: id, kind: file.kind))?.bytes ?? [], as: file, of: id)
                return .stored(id, file)
            }
        case .adopt(let id, let file):
            failed.remove(UploadKey(id: id, kind: file.kind))
            return store(id, file) { () throws(StudyStoreError) in
                try operate()
                guard let bytes = incoming.removeValue(forKey: UploadKey(id: id, kind: file.kind)) else {
                    throw StudyStoreError(.notPlaced(errno: ENOENT, operation: "open"))
                }
                try place(bytes, as: file, of: id)
                return .stored(id, file)
            }
        case .undo(let id, let file): change(FileKey(trial: id.trial, kind: file.kind)) { Array($0.dropFirst()) }
        case .discard(let id): discard(id)
        case .remove(let trial, let kind, let restores):
            change(FileKey(trial: trial, kind: kind)) { restores ? Array($0.dropFirst()) : [] }
        case .settle(let trial): change(FileKey(trial: trial, kind: .best)) { Array($0.prefix(1)) }
        case .output, .packages: break
        case .finishTrial(let trial): change(FileKey(trial: trial, kind: .last)) { Array($0.prefix(1)) }
        case .read(let chunk, let trial): return .read(chunk, bytes: read(chunk, of: trial))
        case .probe: return .probed(probe())
        case .list(let digest, let offset, let peer): return .listed(Self.dataFiles(digest, from: offset), peer)
        case .readData(let chunk, let peer): return .readData(chunk, bytes: Self.readData(chunk), peer)
        }
        return nil
    }

    private func store(
        _ id: AttemptID, _ file: StoredFile, _ body: () throws(StudyStoreError) -> StorageAnswer?
    ) -> StorageAnswer? {
        let key = UploadKey(id: id, kind: file.kind)
        guard !failed.contains(key) else { return nil }
        do throws(StudyStoreError) {
            return try body()
        } catch {
            failed.insert(key)
            discard(id)
            return error.systemError == nil
                ? .refused(id, file, reason: error.description) : .failed(id, file, error)
        }
    }

    private func stage(_ chunk: Chunk, _ bytes: [UInt8]) throws(StudyStoreError) {
        try operate()
        try needRoom()
        let key = UploadKey(id: chunk.id, kind: chunk.file.kind)
        if chunk.offset == 0 { staged[key] = Stored(file: chunk.file, bytes: []) }
        guard let count = staged[key]?.bytes.count, count == chunk.offset else {
            throw StudyStoreError(.wrongOffset(expected: staged[key]?.bytes.count ?? 0, actual: chunk.offset))
        }
        staged[key]!.bytes += bytes
    }

    private func place(_ bytes: [UInt8], as file: StoredFile, of id: AttemptID) throws(StudyStoreError) {
        let new = Stored(file: file, bytes: bytes)
        guard bytes.count == file.size, new.isWhole else {
            throw StudyStoreError(.wrongDigest(expected: file.sha256, actual: PretendedTraining.digest(bytes)))
        }
        try operate()
        try needRoom()
        let key = FileKey(trial: id.trial, kind: file.kind)
        let places = [new] + (files[key] ?? []).prefix(1)
        do {
            try operate()
        } catch {
            // The rename may have reached the disk.
            if Bool.random(using: &random) { files[key] = places }
            throw error
        }
        files[key] = places
    }

    private func change(_ key: FileKey, _ body: ([Stored]) -> [Stored]) {
        if (try? operate()) != nil { files[key] = body(files[key] ?? []) }
    }

    private func discard(_ id: AttemptID) {
        StoredFile.Kind.allCases.forEach { staged[UploadKey(id: id, kind: $0)] = nil }
    }

    private func read(_ chunk: Chunk, of trial: Int) -> [UInt8]? {
        let newest = files[FileKey(trial: trial, kind: chunk.file.kind)]?.first
        guard let newest, newest.file.sha256 == chunk.file.sha256, newest.isWhole else { return nil }
        return Array(newest.bytes[chunk.offset..<min(chunk.offset + Chunk.size, newest.bytes.count)])
    }

    private func probe() -> StudyStoreError? {
        do throws(StudyStoreError) {
            try operate()
            try needRoom()
            return nil
        } catch {
            return error
        }
    }

    // MARK: What is there

    func bytes(of file: StoredFile, trial: Int) -> [UInt8]? {
        files[FileKey(trial: trial, kind: file.kind)]?.first { $0.file.sha256 == file.sha256 }?.bytes
    }

    /// A bit of a trial's newest `last` turns over, while there is still something to train.
    func damage(_ trial: Int, before epoch: Int) {
        let key = FileKey(trial: trial, kind: .last)
        guard state.trials.indices.contains(trial), !state.trials[trial].isOver, let last = state.trials[trial].last,
            last.epoch < epoch, let index = files[key]?.firstIndex(where: { $0.file == last })
        else { return }
        files[key]![index].bytes[40] ^= 4
        promises?.damaged.insert(TrialKey(state.id, trial))
    }

    /// A worker that shares the folder writes there.
    func put(_ bytes: [UInt8], incoming id: AttemptID, _ kind: StoredFile.Kind) {
        incoming[UploadKey(id: id, kind: kind)] = bytes
    }

    // MARK: Data sets

    static let dataDigest = String(repeating: "da", count: 32)

    static let data: [String: [UInt8]] = [
        "a/images": Array(repeating: 3, count: 100), "labels": Array(repeating: 4, count: 10),
    ]

    /// One file in each message.
    private static func dataFiles(_ digest: String, from offset: Int) -> CoordinatorMessage.DataFiles {
        let files = data.sorted { $0.key < $1.key }.map {
            CoordinatorMessage.DataFiles.File(
                path: $0.key, size: $0.value.count, sha256: PretendedTraining.digest($0.value))
        }
        return .init(data: digest, offset: offset, files: Array(files.dropFirst(offset).prefix(1)))
    }

    private static func readData(_ chunk: CoordinatorMessage.DataChunk) -> [UInt8]? {
        guard let bytes = data[chunk.path], chunk.offset < bytes.count else { return nil }
        return Array(bytes[chunk.offset...].prefix(Chunk.size))
    }
}

/// Those that a study's disk has: each does one thing after the other, and neither waits for the other.
enum SimulatedExecutor: CaseIterable {
    case checkpoints, data

    init(for work: StorageWork) {
        switch work {
        case .list, .readData: self = .data
        default: self = .checkpoints
        }
    }
}
