import Foundation
import Hashing
import TestSupport
import Testing

import Worker

@Suite struct FolderArchiveTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func make(_ name: String) throws -> String {
        let path = folder.file(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// What is said to lie at a place does: the coordinator copies it from there.
    @Test func itsPartsLieWhereItSays() throws {
        let source = try make("source/inner")
        for (name, size) in [
            ("a", 1), ("long" + String(repeating: "-name", count: 50), 600), ("ä", 2_000_000), ("z", 0),
        ] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ size) }
            try Data(bytes).write(to: URL(fileURLWithPath: "\(source)/\(name)"))
        }
        let archive = folder.file("a.tar")
        let written = try FolderArchive.write(folder.file("source"), to: archive, extra: (".extra", Array("{}".utf8)))
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: archive)))
        #expect(written.map(\.size).sorted() == [1, 600, 2_000_000])
        for part in written {
            let found = SHA256Digest.hexadecimal(of: Array(bytes[part.offset..<part.offset + part.size]))
            #expect(found == part.sha256, "the file of \(part.size) bytes")
        }
        let (extra, read) = try FolderArchive.extract(archive, into: try make("target"), extra: ".extra")
        #expect(extra == Array("{}".utf8))
        #expect(
            read.filter { $0.size > 0 }.sorted { $0.offset < $1.offset } == written.sorted { $0.offset < $1.offset })
    }
}
