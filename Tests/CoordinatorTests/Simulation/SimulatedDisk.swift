import Coordinator
import Experiments
import Glibc
import StudyStore
import TestSupport
import Wire

/// A disk that loses what was not synchronised when it crashes, and that can be full.
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

    struct Stored {
        var file: StoredFile
        var bytes: [UInt8]
    }

    private(set) var durable: [JournalRecord] = []
    private(set) var state = StudyState()
    private(set) var pending: [JournalRecord] = []
    /// The newest first; and behind it those that the durable records still name.
    private(set) var files: [FileKey: [Stored]] = [:]
    private var staged: [UploadKey: Stored] = [:]
    /// What workers have put into the folder themselves.
    private var incoming: [UploadKey: [UInt8]] = [:]
    var isFull = false
    private(set) var isCrashed = false
    private var operations = 0
    private var crashAt = Int.max
    private var random: SplitMix64
    private let bug: PlantedBug?
    /// Told of each record that becomes durable, with the state before it.
    var promises: Promises?

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
        (pending, staged) = ([], [:])
        isCrashed = false
        crashAt = .max
        for number in opened.trials.indices {
            while !opened.trials[number].isOver, !isWhole(opened.trials[number]) {
                let removed = JournalRecord.fileRemoved(.init(trial: number, kind: .last, unix: 0))
                makeDurable([removed])
                guard (try? opened.apply(removed)) != nil else { break }
            }
        }
        return opened
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

    func append(_ record: JournalRecord) throws(StudyStoreError) { pending.append(record) }

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

    // MARK: Checkpoints

    func stage(_ chunk: Chunk, _ bytes: [UInt8]) throws(StudyStoreError) {
        try operate()
        try needRoom()
        let key = UploadKey(id: chunk.id, kind: chunk.file.kind)
        if chunk.offset == 0 { staged[key] = Stored(file: chunk.file, bytes: []) }
        guard let count = staged[key]?.bytes.count, count == chunk.offset else {
            throw StudyStoreError(.wrongOffset(expected: staged[key]?.bytes.count ?? 0, actual: chunk.offset))
        }
        staged[key]!.bytes += bytes
    }

    func publish(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError) {
        guard let upload = staged.removeValue(forKey: UploadKey(id: id, kind: file.kind)) else {
            throw StudyStoreError(.wrongOffset(expected: 0, actual: file.size))
        }
        try place(upload.bytes, as: file, of: id)
    }

    func adopt(_ id: AttemptID, _ file: StoredFile) throws(StudyStoreError) {
        try operate()
        guard let bytes = incoming.removeValue(forKey: UploadKey(id: id, kind: file.kind)) else {
            throw StudyStoreError(.notPlaced(errno: ENOENT, operation: "open"))
        }
        try place(bytes, as: file, of: id)
    }

    private func place(_ bytes: [UInt8], as file: StoredFile, of id: AttemptID) throws(StudyStoreError) {
        guard bytes.count == file.size, PretendedTraining.digest(bytes) == file.sha256 else {
            throw StudyStoreError(.wrongDigest(expected: file.sha256, actual: PretendedTraining.digest(bytes)))
        }
        try operate()
        try needRoom()
        let key = FileKey(trial: id.trial, kind: file.kind)
        let kept = recorded(key)
        var versions = (files[key] ?? []).filter { kept.contains($0.file.sha256) && $0.file.sha256 != file.sha256 }
        versions.insert(Stored(file: file, bytes: bytes), at: 0)
        do {
            try operate()
        } catch {
            // The rename may have reached the disk.
            if Bool.random(using: &random) { files[key] = versions }
            throw error
        }
        files[key] = versions
    }

    func discard(_ id: AttemptID) {
        StoredFile.Kind.allCases.forEach { staged[UploadKey(id: id, kind: $0)] = nil }
    }

    func remove(trial: Int, _ kind: StoredFile.Kind, restoresPrevious: Bool) {
        guard (try? operate()) != nil else { return }
        let key = FileKey(trial: trial, kind: kind)
        let kept = recorded(key)
        files[key] = restoresPrevious ? files[key]?.filter { kept.contains($0.file.sha256) } : nil
    }

    /// A bit of a trial's newest `last` turns over, while there is still something to train.
    func damage(_ trial: Int, before epoch: Int) {
        let key = FileKey(trial: trial, kind: .last)
        guard state.trials.indices.contains(trial), !state.trials[trial].isOver, let last = state.trials[trial].last,
            last.epoch < epoch, let index = files[key]?.firstIndex(where: { $0.file == last })
        else { return }
        files[key]![index].bytes[40] ^= 4
        promises?.damaged.insert(trial)
    }

    func read(_ chunk: Chunk) -> [UInt8]? {
        guard !isCrashed, let bytes = bytes(of: chunk.file, trial: chunk.id.trial),
            PretendedTraining.digest(bytes) == chunk.file.sha256
        else { return nil }
        return Array(bytes[chunk.offset..<min(chunk.offset + Chunk.size, bytes.count)])
    }

    func probe(_ bytes: Int, beside path: String) throws(StudyStoreError) {
        try operate()
        try needRoom()
    }

    // MARK: What is there

    /// The digests of the checkpoints that the durable records name.
    private func recorded(_ key: FileKey) -> [String] {
        guard state.trials.indices.contains(key.trial) else { return [] }
        let trial = state.trials[key.trial]
        let files = key.kind == .best ? [trial.best] : [trial.last, trial.previousLast]
        return files.compactMap { $0?.sha256 }
    }

    /// Whether a trial's `last` is what the records say, as whoever opens the study looks.
    private func isWhole(_ trial: TrialState) -> Bool {
        guard let last = trial.last else { return true }
        return bytes(of: last, trial: trial.number).map(PretendedTraining.digest) == last.sha256
    }

    func bytes(of file: StoredFile, trial: Int) -> [UInt8]? {
        files[FileKey(trial: trial, kind: file.kind)]?.first { $0.file.sha256 == file.sha256 }?.bytes
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
    func dataFiles(_ digest: String, from offset: Int) -> CoordinatorMessage.DataFiles? {
        let files = SimulatedDisk.data.sorted { $0.key < $1.key }.map {
            CoordinatorMessage.DataFiles.File(
                path: $0.key, size: $0.value.count, sha256: PretendedTraining.digest($0.value))
        }
        return .init(data: digest, offset: offset, files: Array(files.dropFirst(offset).prefix(1)))
    }

    func readData(_ chunk: CoordinatorMessage.DataChunk) -> [UInt8]? {
        guard let bytes = SimulatedDisk.data[chunk.path], chunk.offset < bytes.count else { return nil }
        return Array(bytes[chunk.offset...].prefix(Chunk.size))
    }
}
