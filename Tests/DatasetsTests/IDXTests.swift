import Datasets
import Foundation
import TestSupport
import Testing

/// MNIST's files, the real ones and small ones with every fault.
@Suite struct IDXTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func idx(_ dimensions: [Int], _ values: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(dimensions.count)]
            + dimensions.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } } + values
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    }

    /// Four images of 2 x 3 to train on and two to test on.
    private func writeAll() throws {
        try write(idx([4, 2, 3], Array(0..<24)), "train-images-idx3-ubyte")
        try write(idx([4], [7, 3, 3, 7]), "train-labels-idx1-ubyte")
        try write(idx([2, 2, 3], Array(100..<112)), "t10k-images-idx3-ubyte")
        try write(idx([2], [3, 7]), "t10k-labels-idx1-ubyte")
    }

    private func load() throws -> Dataset { try DataSource.idx(folder: folder.path).load() }

    private func message() -> String? {
        let error = #expect(throws: DatasetError.self) { try load() }
        #expect(error?.description.contains("\n") == false)
        return error?.description.replacingOccurrences(of: folder.path, with: "FOLDER")
    }

    @Test func smallFiles() throws {
        try writeAll()
        let data = try load()
        #expect(data.sampleShape == [1, 2, 3])
        #expect(data.samples == .bytes(SampleArray(Array(0..<24) + Array(100..<112))))
        #expect(data.targets == .classes([1, 0, 0, 1, 0, 1], names: ["3", "7"]))
        #expect(data.own == OwnParts(test: 4..<6))
        // Of the four lines "name  sha256", by sha256sum.
        let listed = try Python.run(
            """
            import hashlib, sys
            names = [f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]
            sums = [hashlib.sha256(open(f"{sys.argv[1]}/{n}", "rb").read()).hexdigest() for n in names]
            print(hashlib.sha256("".join(f"{n}  {s}\\n" for n, s in zip(names, sums)).encode()).hexdigest(), end="")
            """, arguments: [folder.path])
        #expect(data.digest == listed)
    }

    @Test func compressedFilesAreTheSame() throws {
        try writeAll()
        let plain = try load()
        try compressAll(folder)
        let data = try load()
        #expect(data.samples == plain.samples)
        #expect(data.targets == plain.targets)
        #expect(data.digest != plain.digest, "the digest is that of the files as they are")
    }

    @Test func withoutTestFiles() throws {
        try writeAll()
        try FileManager.default.removeItem(atPath: folder.file("t10k-images-idx3-ubyte"))
        #expect(message() == "FOLDER: has neither t10k-images-idx3-ubyte nor t10k-images-idx3-ubyte.gz")
        try FileManager.default.removeItem(atPath: folder.file("t10k-labels-idx1-ubyte"))
        let data = try load()
        #expect(data.count == 4)
        #expect(data.own == OwnParts())
    }

    struct Harm: Sendable, CustomTestStringConvertible {
        let name: String
        let says: String
        let harm: @Sendable (inout [UInt8]) -> Void

        init(_ name: String, _ says: String, _ harm: @escaping @Sendable (inout [UInt8]) -> Void) {
            (self.name, self.says, self.harm) = (name, says, harm)
        }

        var testDescription: String { says }
    }

    static let harms = [
        Harm("train-images-idx3-ubyte", "is cut off: 4x2x3 bytes were promised, and 23 are there") { $0.removeLast() },
        Harm("train-images-idx3-ubyte", "is cut off in its header") { $0.removeLast(30) },
        Harm("train-labels-idx1-ubyte", "goes on behind its end: 4 bytes were promised, and 5 are there") {
            $0.append(1)
        },
        Harm(
            "train-images-idx3-ubyte", "is no IDX file of bytes in 3 dimensions: it begins with 0 0 8 1, not 0 0 8 3"
        ) { $0[3] = 1 },
        Harm(
            "train-labels-idx1-ubyte", "is no IDX file of bytes in 1 dimension: it begins with 0 0 13 1, not 0 0 8 1"
        ) { $0[2] = 13 },
        Harm(
            "train-images-idx3-ubyte",
            "is cut off: 4294967295x4294967295x4294967295 bytes were promised, and 24 are there"
        ) { $0.replaceSubrange(4..<16, with: Array(repeating: 255, count: 12)) },
        Harm("train-images-idx3-ubyte", "holds no image: 0x2x3") {
            $0.replaceSubrange(4..., with: [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3])
        },
        Harm("t10k-labels-idx1-ubyte", "the file is empty") { $0.removeAll() },
    ]

    @Test(arguments: harms) func harmed(_ example: Harm) throws {
        try writeAll()
        if example.says.hasPrefix("holds no") { try write(idx([0], []), "train-labels-idx1-ubyte") }
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file(example.name))))
        example.harm(&bytes)
        try write(bytes, example.name)
        #expect(message() == "FOLDER/\(example.name): \(example.says)")
    }

    @Test func oneClass() throws {
        try writeAll()
        try write(idx([4], [3, 3, 3, 3]), "train-labels-idx1-ubyte")
        try write(idx([2], [3, 3]), "t10k-labels-idx1-ubyte")
        #expect(message() == "FOLDER/train-labels-idx1-ubyte: every label is 3; there is nothing to tell apart")
    }

    @Test func imagesAndLabelsOfDifferentCount() throws {
        try writeAll()
        try write(idx([3], [7, 3, 3]), "train-labels-idx1-ubyte")
        #expect(
            message()
                == "FOLDER/train-images-idx3-ubyte: holds 4 images, but FOLDER/train-labels-idx1-ubyte 3 labels")
    }

    @Test func testImagesOfAnotherSize() throws {
        try writeAll()
        try write(idx([2, 3, 2], Array(100..<112)), "t10k-images-idx3-ubyte")
        #expect(
            message() == "FOLDER/t10k-images-idx3-ubyte: holds images of 3x2, but FOLDER/train-images-idx3-ubyte of 2x3"
        )
    }

    @Test func builtInThatIsNotThere() {
        let library = DataLibrary(folders: [folder.path])
        let error = #expect(throws: DatasetError.self) { try DataSource.fashionMNIST.load(from: library) }
        #expect(
            error?.description
                == "fashion-mnist: is in none of \(folder.path); run 'winnow data fetch fashion-mnist', or set "
                + "WINNOW_DATA to the folder that has a folder fashion-mnist")
    }

    @Test(.enabled(if: RealData.has("mnist"), "needs MNIST: set WINNOW_TEST_DATA to the folder that has it"))
    func mnist() throws {
        let library = DataLibrary(folders: [RealData.folder])
        var loaded: Dataset?
        let time = try ContinuousClock().measure { loaded = try DataSource.mnist.load(from: library) }
        print("mnist was read in \(time)")
        let data = try #require(loaded)
        #expect(data.sampleShape == [1, 28, 28])
        #expect(data.own == OwnParts(test: 60_000..<70_000))
        guard case .classes(let labels, let names) = data.targets, case .bytes(let pixels) = data.samples else {
            Issue.record("MNIST has classes, and pixels of 8 bits")
            return
        }
        #expect(names == (0..<10).map(String.init))
        #expect(labels.count == 70_000)
        #expect(labels.prefix(5) == [5, 0, 4, 1, 9])
        #expect(labels[60_000..<60_005] == [7, 2, 1, 0, 4])
        // Mean and deviation of the training pixels, in 0...1: SOURCE.md says 0.13066 and 0.30811.
        let training = pixels[..<(60_000 * 784)]
        let sum = training.reduce(0) { $0 + Int($1) }
        let squares = training.reduce(0) { $0 + Int($1) * Int($1) }
        let mean = Double(sum) / Double(training.count) / 255
        let variance = Double(squares) / Double(training.count) / 255 / 255 - mean * mean
        #expect(abs(mean - 0.13066) < 1e-5)
        #expect(abs(variance.squareRoot() - 0.30811) < 1e-5)
    }

    @Test(.enabled(if: RealData.has("mnist"), "needs MNIST: set WINNOW_TEST_DATA to the folder that has it"))
    func mnistInAThousandLabels() throws {
        let data = try DataSource.mnist.load(from: DataLibrary(folders: [RealData.folder]))
        let split = try Split.make(
            of: data,
            SplitRequest(
                validation: nil, test: nil, stratified: true,
                labelled: .init(count: 1000, balanced: true, validationCount: 1000)), seed: 1)
        let prepared = try PreparedData(data, split: split, scaling: .minMax)
        #expect(prepared.test.count == 10_000)
        #expect(prepared.unlabelled?.count == 58_000)
        for part in [prepared.training, prepared.validation] {
            guard case .classes(let labels, names: _) = part.targets else { continue }
            #expect((0..<10).map { label in labels.count { $0 == label } } == Array(repeating: 100, count: 10))
        }
    }
}

/// Compresses all files of a folder by Python's gzip, and removes them.
func compressAll(_ folder: TemporaryDirectory) throws {
    _ = try Python.run(
        """
        import gzip, os, sys
        for name in os.listdir(sys.argv[1]):
            path = os.path.join(sys.argv[1], name)
            with gzip.open(path + ".gz", "wb") as f: f.write(open(path, "rb").read())
            os.remove(path)
        """, arguments: [folder.path])
}
