import Files
import Glibc
import TestSupport
import Testing

struct FolderTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func write(_ bytes: [UInt8], to name: String) throws {
        try OpenFile(directory.file(name), O_WRONLY | O_CREAT).write(bytes, at: 0)
    }

    private func bytes(_ name: String) throws -> [UInt8] { try OpenFile(directory.file(name), O_RDONLY).readAll() }

    @Test(arguments: [true, false])
    func makesTheFoldersAbove(durably: Bool) throws {
        try Folder.create(directory.file("a/b/c"), durably: durably)
        try Folder.create(directory.file("a/b/c"), durably: durably)
        #expect(Folder.isFolder(directory.file("a/b/c")))
    }

    @Test func aFileIsNoFolder() throws {
        try write([], to: "file")
        #expect(throws: FileFailure(failed: "mkdir", at: directory.file("file"), code: EEXIST)) {
            try Folder.create(directory.file("file"))
        }
        #expect(throws: FileFailure(failed: "mkdir", at: directory.file("file/inner"), code: ENOTDIR)) {
            try Folder.create(directory.file("file/inner"))
        }
        #expect(throws: FileFailure.self) { try Folder.create("/proc/new/inner") }
    }

    @Test func listsNamesInTheOrderOfTheirBytes() throws {
        for name in ["b", "ä", "B", ".hidden", "a"] { try write([], to: name) }
        #expect(try Folder.names(in: directory.path) == [".hidden", "B", "a", "b", "ä"])
        #expect(try Folder.names(in: directory.file("missing")) == nil)
        #expect(try Folder.names(in: directory.file("a")) == nil)
    }

    @Test func removingWhatIsNotThereIsAsGood() throws {
        try Folder.remove(directory.file("missing"))
        try Folder.create(directory.file("folder"))
        #expect(throws: FileFailure.self) { try Folder.remove(directory.file("folder")) }
    }

    @Test func keepsASecondName() throws {
        try write([1], to: "file")
        try write([0], to: "old")
        try Folder.keep(directory.file("file"), at: directory.file("old"))
        try Folder.rename(directory.file("old"), to: directory.file("other"))
        #expect(try bytes("other") == [1])
        try Folder.keep(directory.file("missing"), at: directory.file("other"))
        #expect(try Folder.names(in: directory.path) == ["file"])
    }

    @Test func namesChangePlaces() throws {
        try Folder.create(directory.file("one"))
        try Folder.create(directory.file("other"))
        try write([1], to: "one/x")
        try Folder.exchange(directory.file("one"), directory.file("other"))
        #expect(try bytes("other/x") == [1])
        #expect(try Folder.names(in: directory.file("one")) == [])
    }

    @Test func sizesAreOfFilesAlone() throws {
        try write([1, 2, 3], to: "file")
        try #require(symlink(directory.file("file"), directory.file("link")) == 0)
        #expect(Folder.size(ofFile: directory.file("file")) == 3)
        #expect(Folder.size(ofFile: directory.file("link")) == nil)
        #expect(Folder.size(ofFile: directory.path) == nil)
        #expect(Folder.size(ofFile: directory.file("missing")) == nil)
    }

    @Test func removesTrees() throws {
        try Folder.create(directory.file("a/b"))
        try write([1], to: "a/b/x")
        try write([1], to: "a/y")
        Folder.removeWithFiles(directory.file("a"))
        #expect(try Folder.names(in: directory.file("a")) == ["b"])
        Folder.removeTree(directory.file("a"))
        #expect(try Folder.names(in: directory.path) == [])
    }

    @Test func parents() {
        #expect(Folder.parent(of: "/a/b") == "/a")
        #expect(Folder.parent(of: "/a") == "/")
        #expect(Folder.parent(of: "a") == ".")
    }
}
