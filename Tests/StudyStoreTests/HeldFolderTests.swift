import Experiments
import Studies
import Foundation
import Glibc
import StudyStore
import TestSupport
import Testing

/// A study that is written to by its folder's descriptor, while somebody changes what its path leads to.
@Suite struct HeldFolderTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("study")
    }

    enum Change: CaseIterable {
        case moved, replaced, emptied, lockReplaced, journalRemoved, journalMoved, linkTurned
    }

    private func record(_ number: Int) -> JournalRecord {
        .studyPaused(.init(paused: number % 2 == 0, unix: Double(number)))
    }

    @Test(arguments: Change.allCases)
    func nothingIsPublishedWhereThePathLeadsElsewhere(_ change: Change) throws {
        let files = FileManager.default
        if change == .linkTurned {
            try files.createDirectory(atPath: directory.file("first"), withIntermediateDirectories: false)
            symlink("first", path)
        }
        let lock = try StudyLock(StudyFolder(path))
        let (journal, _) = try Journal.open(lock.folder)
        journal.append(record(1))
        try journal.commit()
        try lock.folder.check()
        let aside = directory.file("aside")

        switch change {
        case .moved: rename(path, aside)
        case .replaced:
            rename(path, aside)
            _ = try StudyLock(StudyFolder(path))
        case .emptied:
            for name in try files.contentsOfDirectory(atPath: path) { try files.removeItem(atPath: "\(path)/\(name)") }
            _ = try StudyLock(StudyFolder(path))
        case .lockReplaced:
            unlink("\(path)/lock")
            _ = try StudyLock(StudyFolder(path))
        case .journalRemoved: try files.removeItem(atPath: "\(path)/journal")
        case .journalMoved: rename("\(path)/journal", aside)
        case .linkTurned:
            try files.createDirectory(atPath: directory.file("second"), withIntermediateDirectories: false)
            unlink(path)
            symlink("second", path)
        }
        let before = files.fileExists(atPath: path) ? try DiskFile.all(in: path) : [:]
        journal.append(record(2))
        let error = #expect(throws: StudyStoreError.self) { try journal.commit() }
        #expect(error?.code == .folderReplaced && error?.path == path, "\(String(describing: error))")
        #expect((files.fileExists(atPath: path) ? try DiskFile.all(in: path) : [:]) == before)
    }

    /// Between the comparison and the write the folder may still change: the write goes into the one that is held.
    @Test func whatIsWrittenStaysInTheHeldFolder() throws {
        let lock = try StudyLock(StudyFolder(path))
        try lock.folder.createTrialFolder(0)
        let staged = try StagedFile(for: lock.folder.checkpointPath(trial: 0, .best))
        try staged.append(Array("model".utf8), at: 0)
        rename(path, directory.file("aside"))
        let other = StudyFolder(path)
        try other.create()
        try other.createTrialFolder(0)
        try staged.finish(sha256: "9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/trials/00000") == [])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.file("aside/trials/00000")) == ["best.h5"])
    }

    @Test func errorsNameThePathThatTheUserKnows() throws {
        let lock = try StudyLock(StudyFolder(path))
        let error = #expect(throws: StudyStoreError.self) {
            try AtomicFile.write("x", to: lock.folder.checkpointPath(trial: 7, .best))
        }
        #expect(error?.description.hasPrefix("\(path)/trials/00007/best.h5") == true, "\(String(describing: error))")
    }
}
