import Datasets
import Foundation
import TestSupport
import Testing

/// CIFAR-10's binary batches.
@Suite struct CIFARTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// Records of these labels, each filled with its number within the batch.
    private func write(_ labels: [UInt8], _ name: String, lost: Int = 0) throws {
        var bytes = labels.enumerated().flatMap { [$1] + Array(repeating: UInt8($0), count: 3072) }
        bytes.removeLast(lost)
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    }

    private func load() throws -> Dataset { try DataSource.cifarFolder(folder.path).load() }

    private func message() -> String? {
        let error = #expect(throws: DatasetError.self) { try load() }
        return error?.description.replacingOccurrences(of: folder.path, with: "FOLDER")
    }

    @Test func anySubset() throws {
        try write([1, 0], "data_batch_4.bin")
        try write([0], "data_batch_2.bin")
        try write([1, 1, 0], "test_batch.bin")
        let data = try load()
        #expect(data.sampleShape == [3, 32, 32])
        #expect(data.targets == .classes([0, 1, 0, 1, 1, 0], names: ["0", "1"]))
        #expect(data.own == OwnParts(test: 3..<6))
        #expect(
            data.samples
                == .bytes(SampleArray([0, 0, 1, 0, 1, 2].flatMap { Array(repeating: UInt8($0), count: 3072) })))
        try folder.write("cat\ndog\n\n", to: "batches.meta.txt")
        #expect(try load().targets.classNames == ["cat", "dog"])
        try compressAll(folder)
        #expect(try load().samples == data.samples)
        try FileManager.default.removeItem(atPath: folder.file("test_batch.bin.gz"))
        #expect(try load().own == OwnParts())
    }

    @Test func truncated() throws {
        try write([1, 0], "data_batch_1.bin")
        try write([1, 0], "data_batch_3.bin", lost: 1)
        #expect(
            message()
                == "FOLDER/data_batch_3.bin: is cut off: 6145 bytes are no whole number of records of 3073")
    }

    @Test func nothingToTrainOn() throws {
        try write([1, 0], "test_batch.bin")
        #expect(message() == "FOLDER: has none of data_batch_1.bin to data_batch_5.bin, plain or with .gz")
    }

    @Test func labelWithoutAName() throws {
        try write([1, 2], "data_batch_1.bin")
        try folder.write("cat\ndog\n", to: "batches.meta.txt")
        #expect(message() == "FOLDER: has the label 2, but there are 2 classes")
    }

    @Test(.enabled(if: RealData.has("cifar10"), "needs CIFAR-10: set WINNOW_TEST_DATA to the folder that has it"))
    func cifar10() throws {
        var loaded: Dataset?
        let library = DataLibrary(folders: [RealData.folder])
        let time = try ContinuousClock().measure { loaded = try DataSource.cifar10.load(from: library) }
        let data = try #require(loaded)
        print("\(data.count) images of cifar10 were read in \(time)")
        guard case .classes(let labels, let names) = data.targets, let test = data.own.test else {
            Issue.record("CIFAR-10 has classes, and a test part")
            return
        }
        #expect(names.first == "airplane")
        #expect(names.last == "truck")
        #expect(test.count == 10_000)
        #expect((0..<10).map { label in labels[test].count { $0 == label } } == Array(repeating: 1000, count: 10))
        // Batches 1 and 2, by SOURCE.md.
        let expected = [1989, 1981, 2042, 2011, 2009, 1925, 2038, 2027, 2012, 1966]
        #expect((0..<10).map { label in labels[..<20_000].count { $0 == label } } == expected)
        #expect(labels.count == 30_000)
    }
}
