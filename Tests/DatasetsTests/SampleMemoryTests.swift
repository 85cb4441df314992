import Foundation
import TestSupport
import Testing

import Datasets

/// Samples that are too many for memory are in a file, and are the same.
@Suite struct SampleMemoryTests {
    private let folder: TemporaryDirectory
    private let small: SampleMemory

    init() throws {
        folder = try TemporaryDirectory()
        small = SampleMemory(limit: 64, folder: folder.path)
    }

    private func expectSame(_ load: (SampleMemory) throws -> Dataset) throws {
        let (whole, filed) = (try load(.standard), try load(small))
        #expect(filed.samples == whole.samples && filed.sampleShape == whole.sampleShape)
        #expect(filed.samples.isInFile && !whole.samples.isInFile)
        // The file has no name.
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.allSatisfy { !$0.contains("winnow-samples") })
        for scaling in [Scaling.minMax, .standardize, .none] {
            func prepared(_ data: Dataset) throws -> [Float] {
                let split = try Split.make(
                    of: data, SplitRequest(validation: .share(0.2), test: .share(0.3), stratified: false), seed: 3)
                return try PreparedData(data, split: split, scaling: scaling).training.features
            }
            #expect(try prepared(filed) == prepared(whole))
        }
    }

    /// Grey and coloured ones, of 8 bits, then of 16, so that all before are widened.
    @Test(arguments: [nil, 1, 3]) func pictures(_ channels: Int?) throws {
        let grey = (0..<20).map { PNGText(path: "a/\($0).png", rows: "0a14/1e\(10 + $0)") }
        let coloured = (0..<20).map { PNGText(path: "b/\($0).png", kind: 2, rows: "ff00\(10 + $0)000000/00ff000000ff") }
        let wide = (0..<10).map { PNGText(path: "c/\($0).png", bits: 16, rows: "00010203/0405fff\($0)") }
        for images in [grey, coloured, grey + coloured, grey + coloured + wide, grey + wide] {
            let images = images + (0..<10).map { PNGText(path: "z/\($0).png", rows: "0000/fff\($0)") }
            let path = "images \(images.count)"
            try PNGText.write(images.map { $0.moved(to: path) }, to: folder)
            try expectSame { memory in
                try ImageFolderSource(path: folder.file(path), channels: channels).load(as: "images", memory: memory)
            }
        }
    }

    /// More numbers than are read at once, of every type, in several parts.
    @Test(arguments: ["uint8", "uint16", "float32", "float64", "int32"]) func arrays(_ type: String) throws {
        let path = folder.file("data.h5")
        _ = try Python.run(
            """
            import h5py, sys
            import numpy as np
            draws = np.random.default_rng(1)
            with h5py.File(sys.argv[1], "w") as f:
                for part, rows in [("train", 90_001), ("test", 1_000)]:
                    x = draws.uniform(0, 250, (rows, 47)).astype(sys.argv[2])
                    # Only the last piece needs 64 bits.
                    if sys.argv[2] == "float64": x[:-1] = x[:-1].astype("float32")
                    chunks = (1000, 47) if part == "train" else None
                    f.create_dataset(part + "/x", data=x, chunks=chunks, compression="gzip" if chunks else None)
                    f[part + "/y"] = np.arange(rows) % 3
            """, arguments: [path, type])
        try expectSame { try HDF5Source(path: path, targetKind: .classes).load(as: "data", memory: $0) }
        let expected = try Python.run(
            """
            import h5py, sys
            import numpy as np
            with h5py.File(sys.argv[1]) as f:
                x = np.concatenate([f["train/x"][()], f["test/x"][()]]).astype(float).ravel()
                print(*[repr(float(v)) for v in x[:: len(x) // 1000]])
            """, arguments: [path]
        ).split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        let data = try HDF5Source(path: path, targetKind: .classes).load(as: "data", memory: small)
        let places = stride(from: 0, to: data.samples.count, by: data.samples.count / 1000)
        #expect(places.map { data.samples.number(at: $0) } == expected)
    }

    @Test func aFolderThatCannotHoldThemIsNamed() throws {
        try PNGText.write(
            (0..<40).map { PNGText(path: "images/\($0 % 2)/\($0).png", rows: "0a14/1eff") }, to: folder)
        let error = #expect(throws: DatasetError.self) {
            try ImageFolderSource(path: folder.file("images"))
                .load(as: "images", memory: SampleMemory(limit: 64, folder: folder.file("nowhere")))
        }
        #expect(
            error?.code == .unwritableFile(2) && error?.description.contains("TMPDIR") == true,
            "\(String(describing: error))")
    }
}

extension PNGText {
    fileprivate func moved(to folder: String) -> PNGText {
        var image = self
        image.path = "\(folder)/\(path)"
        return image
    }
}

extension Samples {
    fileprivate var isInFile: Bool {
        switch self {
        case .bytes(let numbers): numbers.isInFile
        case .words(let numbers): numbers.isInFile
        case .floats(let numbers): numbers.isInFile
        case .doubles(let numbers): numbers.isInFile
        }
    }

    fileprivate func number(at place: Int) -> Double {
        switch self {
        case .bytes(let numbers): Double(numbers[place])
        case .words(let numbers): Double(numbers[place])
        case .floats(let numbers): Double(numbers[place])
        case .doubles(let numbers): numbers[place]
        }
    }
}
