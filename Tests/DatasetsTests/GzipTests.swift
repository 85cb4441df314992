import Datasets
import Foundation
import TestSupport
import Testing

/// Compressed files, whole and harmed.
@Suite struct GzipTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// The shipped digits, changed by `harm`.
    private func load(_ harm: (inout [UInt8]) -> Void) throws -> Dataset {
        let shipped = try DataLibrary.standard.locate("digits.csv.gz")
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: shipped)))
        harm(&bytes)
        let path = folder.file("digits.csv.gz")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try CSVSource(path: path, targetKind: .classes).load(as: "digits")
    }

    private func code(_ harm: (inout [UInt8]) -> Void) -> DatasetError.Code? {
        let error = #expect(throws: DatasetError.self) { try load(harm) }
        return error?.code
    }

    @Test func whole() throws {
        #expect(try load { _ in }.count == 1797)
    }

    @Test func severalMembersAreOneFile() throws {
        #expect(try load { $0 += $0 }.count == 2 * 1797)
    }

    @Test(arguments: SeededCases(20)) func truncated(_ testCase: SeededCase) throws {
        var random = testCase.random
        let lost = Int.random(in: 1..<57_000, using: &random)
        #expect(code { $0.removeLast(lost) } == .truncatedArchive, "\(lost) bytes lost, \(testCase)")
    }

    @Test func wrongChecksum() {
        #expect(code { $0[$0.count - 8] ^= 1 } == .corruptArchive(-3))
    }

    @Test(arguments: SeededCases(20)) func flippedBit(_ testCase: SeededCase) throws {
        var random = testCase.random
        // Behind the header, whose time and name no checksum covers.
        let place = Int.random(in: 100..<57_000, using: &random)
        let error = #expect(throws: DatasetError.self) { try load { $0[place] ^= 1 << 3 } }
        let isFound = error?.code == .truncatedArchive || error?.code == .corruptArchive(-3)
        #expect(isFound, "byte \(place), \(testCase): \(String(describing: error))")
    }

    @Test func nameThatPromisesTooMuch() throws {
        let path = try folder.write("1,2\n3,4\n", to: "table.csv.gz")
        let error = #expect(throws: DatasetError.self) { try CSVSource(path: path, targetKind: .values).load(as: "x") }
        #expect(error?.description == "\(path): the .gz file is damaged: incorrect header check")
    }
}
