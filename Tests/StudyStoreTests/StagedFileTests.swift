import Hashing
import StudyStore
import TestSupport
import Testing

struct StagedFileTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("best.h5")
        try AtomicFile.write("old", to: path)
    }

    /// Source: FIPS 180-4's example, "abc".
    private let digestOfABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test func takesItsPlaceWhenTheDigestFits() throws {
        let file = try StagedFile(for: path)
        try file.append(Array("a".utf8), at: 0)
        try file.append(Array("bc".utf8), at: 1)
        #expect(try DiskFile(path).bytes == Array("old".utf8))
        try file.finish(sha256: digestOfABC)
        #expect(try DiskFile.all(in: directory.path) == ["best.h5": Array("abc".utf8)])
    }

    @Test func wrongDigestLeavesTheOldFile() throws {
        let file = try StagedFile(for: path)
        try file.append(Array("abd".utf8), at: 0)
        let error = #expect(throws: StudyStoreError.self) { try file.finish(sha256: digestOfABC) }
        #expect(
            error?.code
                == .wrongDigest(
                    expected: digestOfABC, actual: SHA256Digest.hexadecimal(of: Array("abd".utf8))))
        #expect(try DiskFile.all(in: directory.path) == ["best.h5": Array("old".utf8)])
    }

    @Test func refusesPiecesOutOfOrder() throws {
        let file = try StagedFile(for: path)
        try file.append([1, 2], at: 0)
        for offset in [0, 1, 3] {
            #expect(throws: StudyStoreError(.wrongOffset(expected: 2, actual: offset), path: path)) {
                try file.append([3], at: offset)
            }
        }
        #expect(file.count == 2)
    }

    /// A new upload starts while an old one is still held; letting go of the old one must not harm the new one.
    @Test func givingUpAnOldOneLeavesTheNewOne() throws {
        var old: StagedFile? = try StagedFile(for: path)
        try old?.append([9, 9], at: 0)
        let new = try StagedFile(for: path)
        try new.append(Array("abc".utf8), at: 0)
        old = nil
        try new.finish(sha256: digestOfABC)
        #expect(try DiskFile.all(in: directory.path) == ["best.h5": Array("abc".utf8)])
    }
}
