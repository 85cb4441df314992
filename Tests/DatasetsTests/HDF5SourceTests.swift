import Datasets
import Foundation
import TestSupport
import Testing

/// HDF5 files as h5py writes them, and ours as h5py reads them.
@Suite struct HDF5SourceTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func write(_ script: String) throws {
        _ = try Python.run(
            """
            import h5py, numpy as np, sys
            f = h5py.File(sys.argv[1], "w")
            \(script.split(separator: "\n").joined(separator: "\n"))
            f.close()
            """, arguments: [folder.file("data.h5")])
    }

    private func load(_ kind: TargetKind = .classes) throws -> Dataset {
        try DataSource.hdf5(HDF5Source(path: folder.file("data.h5"), targetKind: kind)).load()
    }

    @Test func images() throws {
        try write(
            """
            f["train/x"] = np.arange(4 * 3 * 2 * 2, dtype=np.uint8).reshape(4, 3, 2, 2)
            f["train/y"] = np.array([2, 0, 1, 0])
            f["test/x"] = np.full((2, 3, 2, 2), 7, dtype=np.uint8)
            f["test/y"] = np.array([1, 2], dtype=np.uint8)
            f["validation/x"] = np.full((1, 3, 2, 2), 8, dtype=np.uint8)
            f["validation/y"] = np.array([[1]], dtype=np.int32)
            f["unlabelled/x"] = np.full((3, 3, 2, 2), 9, dtype=np.uint8)
            f.attrs["class_names"] = ["cat", "dog", "Küken"]
            """)
        let data = try load()
        #expect(data.sampleShape == [3, 2, 2])
        #expect(
            data.samples
                == .bytes(
                    SampleArray(
                        Array(0..<48) + Array(repeating: 8, count: 12) + Array(repeating: 7, count: 24)
                            + Array(repeating: 9, count: 36))))
        #expect(
            data.targets == .classes([2, 0, 1, 0, 1, 1, 2, -1, -1, -1], names: ["cat", "dog", "Küken"]))
        #expect(data.own == OwnParts(test: 5..<7, validation: 4..<5, unlabelled: 7..<10))
        let split = try Split.make(of: data, SplitRequest(validation: nil, test: nil, stratified: true), seed: 1)
        #expect(split.unlabelled == [7, 8, 9])
        #expect(
            try PreparedData(data, split: split, scaling: .minMax).unlabelled?.targets
                == .classes([-1, -1, -1], names: ["cat", "dog", "Küken"]))
    }

    @Test func tables() throws {
        try write(
            """
            f["train/x"] = np.array([[1.5, 2], [3, 4], [5, 6]])
            f["train/y"] = np.array([10, 4, 10], dtype=np.int64)
            f["unlabelled/x"] = np.zeros((2, 2))
            f["unlabelled/y"] = np.array([4, -1])
            """)
        let classes = try load()
        #expect(classes.samples == .floats([1.5, 2, 3, 4, 5, 6, 0, 0, 0, 0]))
        #expect(classes.targets == .classes([1, 0, 1, 0, -1], names: ["4", "10"]))
        try write(
            """
            f["train/x"] = np.array([[1.5, 2], [3, 4], [5, 6]], dtype=np.float32)
            f["train/y"] = np.array([10, 4, 10], dtype=np.int64)
            """)
        #expect(try load(.values).targets == .values([10, 4, 10]))
    }

    @Test func namesOnTheLabelsInFixedLength() throws {
        try write(
            """
            f["train/x"] = np.zeros((2, 2))
            f["train/y"] = np.array([1, 0])
            f["train/y"].attrs["class_names"] = np.array([b"cat", b"mouse"])
            """)
        #expect(try load().targets == .classes([1, 0], names: ["cat", "mouse"]))
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let says: String
        let script: String
        var kind = TargetKind.classes

        init(_ says: String, _ script: String, _ kind: TargetKind = .classes) {
            (self.says, self.script, self.kind) = (says, script, kind)
        }

        var testDescription: String { says }
    }

    private static let x = "f['train/x'] = np.zeros((3, 2))"
    private static let y = "f['train/y'] = np.array([0, 1, 0])"
    static let mistakes = [
        Mistake("/train/x: is missing", y),
        Mistake("/train/y: is missing", x),
        Mistake(
            "/train/x: has the shape 3x2x2; it is count x features, or count x channels x height x width; grey "
                + "images have "
                + "one channel: x[:, None]",
            "f['train/x'] = np.zeros((3, 2, 2))\n\(y)"),
        Mistake("/train/x: has the shape 0x2, which holds nothing", "f['train/x'] = np.zeros((0, 2))\n\(y)"),
        Mistake(
            "/train/x: holds fixed-length text; x holds numbers",
            "f['train/x'] = np.zeros((3, 2), dtype='S3')\n\(y)"),
        Mistake(
            "/train/x: row 1 holds what is no finite Float",
            "f['train/x'] = np.array([[1, 2], [3, np.nan], [5, 6]])\n\(y)"),
        Mistake(
            "/train/y: has the shape 2, but /train/x has 3 samples", "\(x)\nf['train/y'] = np.array([0, 1])"),
        Mistake(
            "/train/y: holds 64-bit floating-point numbers; classes are integers, booleans or text: write "
                + "y.astype('int64'), or say task: regression",
            "\(x)\nf['train/y'] = np.array([0., 1, 0])"),
        Mistake(
            "/train/y: there is but one class, and nothing to tell apart", "\(x)\nf['train/y'] = np.zeros(3, dtype=int)"
        ),
        Mistake(
            "/train/y: has the label -1; classes are 0 and above", "\(x)\nf['train/y'] = np.array([0, -1, 0])"),
        Mistake(
            "/train/y: has the label 2, but class_names names 2 classes",
            "\(x)\nf['train/y'] = np.array([0, 2, 0])\nf.attrs['class_names'] = ['a', 'b']"),
        Mistake(
            "/test/y: has the label 5, but /train/y does not have it",
            "\(x)\n\(y)\nf['test/x'] = np.zeros((1, 2))\nf['test/y'] = np.array([5])"),
        Mistake(
            "/test/x: samples are 3, but those of /train/x 2",
            "\(x)\n\(y)\nf['test/x'] = np.zeros((1, 3))\nf['test/y'] = np.array([0])"),
        Mistake(
            "/test/x: holds bytes, but /train/x floats",
            "\(x)\n\(y)\nf['test/x'] = np.zeros((1, 2), dtype=np.uint8)\nf['test/y'] = np.array([0])"),
        Mistake("/test/y: is missing", "\(x)\n\(y)\nf['test/x'] = np.zeros((1, 2))"),
        Mistake("/test/x: is missing", "\(x)\n\(y)\nf['test/y'] = np.array([0])"),
        Mistake(
            "/unlabelled: samples without labels need classes, and y holds numbers",
            "\(x)\nf['train/y'] = np.zeros(3)\nf['unlabelled/x'] = np.zeros((1, 2))\nf['unlabelled/y'] = np.zeros(1)",
            .values),
        Mistake("/train/y: row 2 is no finite Float", "\(x)\nf['train/y'] = np.array([0, 1, np.inf])", .values),
    ]

    @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws {
        try write(mistake.script)
        let error = #expect(throws: DatasetError.self) { try load(mistake.kind) }
        #expect(error?.description == "\(folder.file("data.h5")): \(mistake.says)")
    }

    @Test func noHDF5() throws {
        try folder.write("1,2,3\n", to: "data.h5")
        let error = #expect(throws: DatasetError.self) { try load() }
        #expect(error?.description.hasPrefix("\(folder.file("data.h5")): is no HDF5 file that can be read: ") == true)
        #expect(error?.description.contains("\n") == false)
    }

    private func store(_ dataset: Dataset) throws {
        try Data(HDF5Source.encode(dataset)).write(to: URL(fileURLWithPath: folder.file("data.h5")))
    }

    @Test func whatIsEncodedIsRead() throws {
        let data = Dataset(
            name: "made", sampleShape: [1, 2, 2], samples: .bytes(SampleArray(Array(0..<40))),
            targets: .classes([0, 1, 1, 0, 1, 0, 0, 1, -1, 1], names: ["no", "yes – ja"]), digest: "",
            own: OwnParts(test: 6..<8, validation: 5..<6, unlabelled: 8..<10))
        try store(data)
        let read = try load()
        #expect(read.sampleShape == data.sampleShape)
        // Validation comes before the test in a file's order, and unlabelled samples last.
        #expect(read.samples == data.samples)
        #expect(read.targets == data.targets)
        #expect(read.own == OwnParts(test: 6..<8, validation: 5..<6, unlabelled: 8..<10))
        let printed = try Python.run(
            """
            import h5py, sys
            with h5py.File(sys.argv[1]) as f:
                print(f["train/x"].shape, f["train/x"].dtype, f["train/y"].dtype, f["train/y"][:].tolist())
                print(f["test/x"][:].tolist(), f["unlabelled/y"][:].tolist(), f["validation/y"][:].tolist())
                print([name.decode() for name in f.attrs["class_names"]])
            """, arguments: [folder.file("data.h5")])
        #expect(
            printed == """
                (5, 1, 2, 2) uint8 int32 [0, 1, 1, 0, 1]
                [[[[24, 25], [26, 27]]], [[[28, 29], [30, 31]]]] [-1, 1] [0]
                ['no', 'yes – ja']

                """)
    }

    @Test func tablesRoundTrip() throws {
        let housing = try DataSource.housing.load()
        try store(housing)
        let read = try load(.values)
        #expect(read.samples == housing.samples, "in double precision, as the CSV file has them")
        #expect(read.targets == housing.targets)
        #expect(read.own == OwnParts())
    }
}
