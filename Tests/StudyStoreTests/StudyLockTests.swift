import Studies
import StudyStore
import TestSupport
import Testing

struct StudyLockTests {
    private let directory: TemporaryDirectory
    private let folder: StudyFolder

    init() throws {
        directory = try TemporaryDirectory()
        folder = StudyFolder(directory.file("studies/first"))
    }

    @Test func keepsTheSecondOutAndNamesTheFirst() throws {
        let lock = try StudyLock(folder)
        let error = #expect(throws: StudyStoreError.self) { try StudyLock(folder) }
        guard case .locked(let pid, let host) = error?.code else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(pid == Int(ProcessIdentity.pid))
        #expect(host == ProcessIdentity.host)
        #expect(lock.generation == 1)
    }

    @Test func generationGrowsWithEveryHolder() throws {
        for generation in 1...12 {
            let lock = try StudyLock(folder)
            #expect(lock.generation == generation)
        }
        #expect(try String(decoding: DiskFile(folder.lockPath).bytes, as: UTF8.self).hasPrefix("generation 12\npid "))
    }

    @Test func isNotInheritedByStartedProcesses() throws {
        let lock = try StudyLock(folder)
        #expect(try DiskFile(folder.lockPath).isClosedOnExec == [true])
        withExtendedLifetime(lock) {}
    }

    @Test func refusesLockFileThatSaysNothing() throws {
        _ = try StudyLock(folder).generation
        try DiskFile(folder.lockPath).replace(with: Array("generation many\npid 1\nhost a\n".utf8))
        let error = #expect(throws: StudyStoreError.self) { try StudyLock(folder) }
        guard case .damaged = error?.code else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// The kernel says of `/proc` that what was to be made there does not exist, although the folder above does.
    @Test(arguments: ["/proc/study", "/proc/a/b", "/dev/null/study"])
    func namesTheFolderThatCannotBeMade(_ path: String) {
        let error = #expect(throws: StudyStoreError.self) { try StudyLock(StudyFolder(path)) }
        #expect(error?.path.hasPrefix(path.hasPrefix("/proc") ? "/proc/" : path) == true)
        #expect(error?.systemError != nil)
    }

    @Test func removesWhatAKilledHolderLeftHalfWritten() throws {
        try folder.createTrialFolder(3)
        let best = folder.checkpointPath(trial: 3, .best)
        try AtomicFile.write("whole", to: best)
        for path in [best, folder.studyFilePath, "\(folder.path)/experiment.yaml"] {
            try DiskFile("\(path).x1.part").replace(with: [1, 2, 3])
        }
        let lock = try StudyLock(folder)
        #expect(try Set(DiskFile.all(in: folder.path).keys) == ["lock", "trials/00003/best.h5"])
        withExtendedLifetime(lock) {}
    }
}
