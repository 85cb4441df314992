import StudyStore
import Synchronization
import TestSupport
import Testing

struct AtomicFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func replacesTheWholeFileAndLeavesNothingBeside() throws {
        let path = directory.file("study.h5")
        try AtomicFile.write([UInt8](repeating: 1, count: 100_000), to: path)
        try AtomicFile.write([2, 3], to: path)
        #expect(try DiskFile.all(in: directory.path) == ["study.h5": [2, 3]])
        try AtomicFile.write([UInt8](), to: path)
        #expect(try DiskFile.all(in: directory.path) == ["study.h5": []])
    }

    @Test func failedWriteLeavesTheOldFileAndNoOther() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let path = directory.file("study.h5")
            try AtomicFile.write("old", to: path)
            let limit = try FileSizeLimit(bytes: 1_000)
            let error = #expect(throws: StudyStoreError.self) {
                try AtomicFile.write([UInt8](repeating: 1, count: 1_001), to: path)
            }
            limit.lift()
            #expect(error?.systemError == FileSizeLimit.error)
            #expect(try DiskFile.all(in: directory.path) == ["study.h5": Array("old".utf8)])
        }
    }

    @Test func namesTheFolderThatIsMissing() throws {
        let path = directory.file("missing/study.h5")
        let error = #expect(throws: StudyStoreError.self) { try AtomicFile.write("x", to: path) }
        #expect(error?.path.hasPrefix(path) == true)
        #expect(error?.systemError == 2)
    }

    /// Readers see one of the versions, whole, while another thread writes.
    @Test func readersNeverSeeATornFile() async throws {
        let path = directory.file("study.h5")
        try AtomicFile.write([UInt8](repeating: 0, count: 50_000), to: path)
        let isWritten = Atomic(false)
        let writer = Task.detached {
            defer { isWritten.store(true, ordering: .releasing) }
            for version in UInt8(1)...100 {
                try AtomicFile.write([UInt8](repeating: version, count: 50_000 - Int(version)), to: path)
            }
        }
        while !isWritten.load(ordering: .acquiring) {
            let bytes = try DiskFile(path).bytes
            let version = bytes.first ?? 255
            let isWhole = bytes == [UInt8](repeating: version, count: 50_000 - Int(version))
            try #require(isWhole, "\(bytes.count) bytes of version \(version)")
        }
        try await writer.value
        #expect(try DiskFile(path).bytes.first == 100)
    }
}
