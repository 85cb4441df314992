import Files
import Glibc
import TestSupport
import Testing

struct PartialFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func isThereWholeOrNotAtAll() throws {
        let target = directory.file("x")
        let file = try PartialFile(for: target)
        try file.append([1, 2])
        #expect(try Folder.identity(of: target) == nil)
        try file.append([3])
        try file.publish()
        #expect(try OpenFile(target, O_RDONLY).readAll() == [1, 2, 3])
        #expect(try Folder.names(in: directory.path) == ["x"])
    }

    @Test func leavesNothingWhenItIsGivenUp() throws {
        var file: PartialFile? = try PartialFile(for: directory.file("x"))
        try file?.append([1])
        #expect(try Folder.names(in: directory.path)?.allSatisfy { $0.hasSuffix(partialFileSuffix) } == true)
        file = nil
        #expect(try Folder.names(in: directory.path) == [])
    }

    @Test func keepsTheOldFileUnderAnotherName() throws {
        for byte in UInt8(1)...3 {
            let file = try PartialFile(for: directory.file("x"))
            try file.append([byte])
            try file.publish(keepingOldAt: directory.file("old"))
        }
        #expect(try OpenFile(directory.file("x"), O_RDONLY).readAll() == [3])
        #expect(try OpenFile(directory.file("old"), O_RDONLY).readAll() == [2])
    }
}
