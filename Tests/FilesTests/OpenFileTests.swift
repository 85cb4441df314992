import Files
import Glibc
import TestSupport
import Testing

struct OpenFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func readsWhatWasWritten() throws {
        let file = try OpenFile(directory.file("x"), O_RDWR | O_CREAT)
        try file.write([1, 2, 3, 4], at: 0)
        try file.write([9], at: 2)
        #expect(try file.readAll() == [1, 2, 9, 4])
        #expect(try file.read(from: 1, count: 2) == [2, 9])
        #expect(try file.read(from: 3, count: 100) == [4], "fewer at the file's end")
        #expect(try file.read(from: 50, count: 1).isEmpty)
        try file.truncate(to: 1)
        #expect(try file.size() == 1)
        try file.synchronizeData()
        try file.synchronize()
    }

    @Test func namesTheCallAndItsCode() throws {
        let path = directory.file("missing/x")
        #expect(throws: FileFailure(failed: "open", at: path, code: ENOENT)) { _ = try OpenFile(path, O_RDONLY) }
        let readOnly = directory.file("x")
        _ = try OpenFile(readOnly, O_WRONLY | O_CREAT)
        #expect(throws: FileFailure(failed: "pwrite", at: readOnly, code: EBADF)) {
            try OpenFile(readOnly, O_RDONLY).write([1], at: 0)
        }
        #expect(throws: FileFailure(failed: "pread", at: readOnly, code: EBADF)) {
            try OpenFile(readOnly, O_WRONLY).read(from: 0, count: 1)
        }
    }

    /// What cannot be made durable is told: an acknowledgement depends on it.
    @Test func whatCannotBeSynchronisedIsAnError() throws {
        #expect(throws: FileFailure(failed: "fsync", at: "/dev/null", code: EINVAL)) {
            try OpenFile("/dev/null", O_WRONLY).synchronize()
        }
    }

    @Test func oneDescriptorHasTheLock() throws {
        let path = directory.file("lock")
        let holder = try OpenFile(path, O_RDWR | O_CREAT)
        #expect(try holder.lock())
        #expect(try !OpenFile(path, O_RDWR).lock())
        #expect(try !OpenFile(path, O_RDWR).lock(isShared: true))
    }

    @Test func severalMayShareTheLock() throws {
        let path = directory.file("lock")
        let one = try OpenFile(path, O_RDWR | O_CREAT)
        let other = try OpenFile(path, O_RDWR)
        #expect(try one.lock(isShared: true))
        #expect(try other.lock(isShared: true))
        #expect(try !OpenFile(path, O_RDWR).lock())
    }

    /// A file's number may be given to the next one; its identity is not.
    @Test func identityIsOfOneFile() throws {
        let path = directory.file("x")
        let file = try OpenFile(path, O_RDWR | O_CREAT)
        let identity = try file.identity()
        #expect(try Folder.identity(of: path) == identity)
        try Folder.rename(path, to: directory.file("y"))
        #expect(try Folder.identity(of: directory.file("y")) == identity)
        #expect(try Folder.identity(of: path) == nil)
        _ = try OpenFile(path, O_RDWR | O_CREAT)
        #expect(try Folder.identity(of: path) != identity)
    }
}
