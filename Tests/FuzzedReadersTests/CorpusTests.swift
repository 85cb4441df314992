import Foundation
import FuzzedReaders
import TestSupport
import Testing

/// What the fuzzers start from, and what they once found: every reader takes or refuses it, and keeps its word.
@Suite struct CorpusTests {
    private let corpora = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fuzzing/Corpora").standardized.path

    @Test(arguments: FuzzedReader.allCases)
    func aReaderHandlesItsCorpus(_ reader: FuzzedReader) throws {
        let folder = try TemporaryDirectory()
        let corpus = "\(corpora)/\(reader.rawValue)"
        let names = try FileManager.default.contentsOfDirectory(atPath: corpus)
        try #require(!names.isEmpty)
        for name in names {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(corpus)/\(name)"))
            #expect(throws: Never.self, "\(name)") { try reader.read(Array(bytes), in: folder.path) }
        }
    }
}
