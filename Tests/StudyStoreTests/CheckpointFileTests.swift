import Experiments
import Studies
import Glibc
import Hashing
import StudyStore
import TestSupport
import Testing

struct CheckpointFileTests {
    private let directory: TemporaryDirectory
    private let folder: StudyFolder
    private let id = AttemptID(trial: 0, attempt: 1)

    init() throws {
        directory = try TemporaryDirectory()
        folder = StudyFolder(directory.path)
        try folder.createTrialFolder(0)
    }

    private static func file(_ kind: StoredFile.Kind, _ text: String, epoch: Int) -> StoredFile {
        StoredFile(
            kind: kind, epoch: epoch, size: text.utf8.count, sha256: SHA256Digest.hexadecimal(of: Array(text.utf8)))
    }

    private func publish(_ text: String, as file: StoredFile) throws {
        let incoming = folder.incomingPath(id, file.kind)
        try AtomicFile.write(text, to: incoming)
        try CheckpointFile.publish(
            file, from: incoming, to: folder.checkpointPath(trial: 0, file.kind),
            keepingOldAt: folder.previousCheckpointPath(trial: 0))
    }

    private func names() throws -> [String: String] {
        try DiskFile.all(in: folder.trialFolder(0)).mapValues { String(decoding: $0, as: UTF8.self) }
    }

    @Test func aPlacedFileTakesItsPlaceAndTheOldOneIsKept() throws {
        try publish("one", as: Self.file(.last, "one", epoch: 1))
        #expect(try names() == ["last.h5": "one"])
        try publish("two", as: Self.file(.last, "two", epoch: 2))
        #expect(try names() == ["last.h5": "two", "last.previous.h5": "one"])
        try publish("three", as: Self.file(.last, "three", epoch: 3))
        #expect(try names() == ["last.h5": "three", "last.previous.h5": "two"])
    }

    @Test func aPlacedFileThatIsAnotherIsRefusedAndRemoved() throws {
        try publish("one", as: Self.file(.last, "one", epoch: 1))
        var error = #expect(throws: StudyStoreError.self) { try publish("twO", as: Self.file(.last, "two", epoch: 2)) }
        guard case .wrongDigest = error?.code else {
            Issue.record("\(String(describing: error))")
            return
        }
        error = #expect(throws: StudyStoreError.self) { try publish("long", as: Self.file(.last, "two", epoch: 2)) }
        #expect(error?.code == .wrongSize(expected: 3, actual: 4))
        #expect(try names() == ["last.h5": "one"])
    }

    @Test func aLinkIsNoPlacedFile() throws {
        try AtomicFile.write("two", to: directory.file("outside"))
        symlink(directory.file("outside"), folder.incomingPath(id, .best))
        let file = Self.file(.best, "two", epoch: 1)
        let error = #expect(throws: StudyStoreError.self) {
            try CheckpointFile.publish(
                file, from: folder.incomingPath(id, .best), to: folder.checkpointPath(trial: 0, .best))
        }
        #expect(error?.code == .notPlaced(errno: ELOOP, operation: "open"), "no trouble of this disk")
        #expect(try names().isEmpty)
    }

    @Test func leftoversGoWithTheNextLock() throws {
        try AtomicFile.write("x", to: folder.incomingPath(id, .last))
        try AtomicFile.write("x", to: "\(folder.path)/.shared-3")
        let lock = try StudyLock(folder)
        #expect(try DiskFile.all(in: folder.path).keys.sorted() == ["lock"])
        do {
            let nonce = try SharedNonce(in: folder, generation: lock.generation)
            #expect(try DiskFile("\(folder.path)/\(nonce.name)").bytes == Array(nonce.nonce.utf8))
            #expect(nonce.nonce.utf8.count == 32)
            let next = try SharedNonce(in: folder, generation: lock.generation + 1)
            #expect(next.nonce != nonce.nonce && next.name != nonce.name)
        }
        #expect(try DiskFile.all(in: folder.path).keys.sorted() == ["lock"])
    }

    // MARK: Repair

    private func state(_ files: [StoredFile]) throws -> StudyState {
        var state = StudyState()
        try state.add(SampleStudy.created(0, seed: 1, rate: 0.1, kind: "sgd"), of: folder)
        try state.add(SampleStudy.started(0, attempt: 1, from: 0, unix: 1), of: folder)
        for epoch in 1...9 { try state.add(SampleStudy.epoch(0, attempt: 1, epoch, loss: 0.5), of: folder) }
        for file in files { try state.add(.fileStored(.init(id: id, file: file)), of: folder) }
        return state
    }

    private func repaired(_ files: [StoredFile]) throws -> (repair: CheckpointRepair?, trial: TrialState) {
        var state = try state(files)
        let repair = try CheckpointRepair(state.trials[0], in: folder)
        for record in repair?.records(unix: 1) ?? [] { try state.add(record, of: folder) }
        try repair?.perform(in: folder)
        #expect(try CheckpointRepair(state.trials[0], in: folder) == nil, "repaired once is repaired")
        return (repair, state.trials[0])
    }

    private let files = [file(.last, "one", epoch: 4), file(.last, "two", epoch: 8)]

    private func publishBoth() throws {
        try publish("one", as: files[0])
        try publish("two", as: files[1])
    }

    @Test func wholeCheckpointsNeedNoRepair() throws {
        try publishBoth()
        let (repair, trial) = try repaired(files)
        #expect(repair == nil && trial.last == files[1] && trial.previousLast == files[0])
    }

    @Test func theOlderCheckpointIsUsedWhereTheNewestIsDamaged() throws {
        try publishBoth()
        try AtomicFile.write("twO", to: folder.checkpointPath(trial: 0, .last))
        let (repair, trial) = try repaired(files)
        #expect(repair?.removals == [.last] && repair?.restoresPrevious == true && repair?.epoch == 4)
        #expect(trial.last == files[0] && trial.previousLast == nil)
        #expect(try names() == ["last.h5": "one"])
    }

    @Test func aCrashBetweenTheTwoRenamesLosesNothing() throws {
        try publishBoth()
        try CheckpointFile.move(folder.checkpointPath(trial: 0, .last), to: folder.previousCheckpointPath(trial: 0))
        let (repair, trial) = try repaired(files)
        #expect(repair?.removals == [] && repair?.epoch == 8 && trial.last == files[1])
        #expect(try names() == ["last.h5": "two"])
    }

    /// The rename was made, but the record of it was not: the journal still names the one before.
    @Test func aFileWithoutItsRecordGivesWayToTheOneOfTheJournal() throws {
        try publishBoth()
        let (repair, trial) = try repaired([files[0]])
        #expect(repair?.removals == [] && repair?.restoresPrevious == true && trial.last == files[0])
        #expect(try names() == ["last.h5": "one"])
    }

    @Test func beginsAnewWhereNeitherIsWhole() throws {
        try publishBoth()
        try AtomicFile.write("", to: folder.checkpointPath(trial: 0, .last))
        try AtomicFile.write("oNe", to: folder.previousCheckpointPath(trial: 0))
        let (repair, trial) = try repaired(files + [Self.file(.best, "gone", epoch: 3)])
        #expect(repair?.removals == [.best, .last, .last] && repair?.epoch == 0)
        #expect(trial.last == nil && trial.best == nil && trial.previousLast == nil)
    }

    /// A limit on the size of files stands in for a full disk; it binds the whole process, hence one of its own.
    @Test func aFullDiskLeavesTheOldCheckpointAndNothingElse() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let path = directory.file("last.h5")
            try AtomicFile.write("old", to: path)
            let staged = try StagedFile(for: path)
            try staged.append([UInt8](repeating: 1, count: 1_000), at: 0)
            let limit = try FileSizeLimit(bytes: 1_500)
            let error = #expect(throws: StudyStoreError.self) {
                try staged.append([UInt8](repeating: 1, count: 1_000), at: 1_000)
            }
            #expect(error?.systemError == FileSizeLimit.error)
            staged.discard()
            #expect(try DiskFile.all(in: directory.path) == ["last.h5": Array("old".utf8)])
            let whole = #expect(throws: StudyStoreError.self) {
                try AtomicFile.write([UInt8](repeating: 1, count: 2_000), to: path)
            }
            #expect(whole?.systemError == FileSizeLimit.error)
            #expect(try DiskFile.all(in: directory.path) == ["last.h5": Array("old".utf8)])
            limit.lift()
        }
    }
}
