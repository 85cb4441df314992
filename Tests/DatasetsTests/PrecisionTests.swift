import Datasets
import Foundation
import TestSupport
import Testing

/// Numbers keep their digits until they are scaled: single precision has two minutes of the seconds since 1970.
@Suite struct PrecisionTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// Seconds since 1970 within 400 of each other, and targets that are as large.
    private let times = (0..<40).map { Double(1_700_000_000 + $0 * 7 % 40 * 10) }
    private let values = (0..<40).map { 2e9 + Double($0 * 7 % 40) / 4 }

    private func csv() throws -> Dataset {
        let rows = zip(times, values).map { "\(Int($0)),0.1,\($1)\n" }
        let path = try folder.write("time,b,y\n" + rows.joined(), to: "times.csv")
        return try CSVSource(path: path, targetKind: .values).load(as: "times")
    }

    private func hdf5(_ type: String) throws -> Dataset {
        _ = try Python.run(
            """
            import h5py, numpy as np, sys
            k = np.arange(40) * 7 % 40
            with h5py.File(sys.argv[1], "w") as f:
                f["train/x"] = np.stack([1_700_000_000 + k * 10, np.full(40, 1)], axis=1).astype(sys.argv[2])
                f["train/y"] = 2e9 + k / 4
            """, arguments: [folder.file("times.h5"), type])
        return try HDF5Source(path: folder.file("times.h5"), targetKind: .values).load(as: "times")
    }

    private func check(_ data: Dataset, _ scaling: Scaling) throws {
        let split = try Split.make(of: data, .shares(validation: 0.2, test: 0.2, stratified: false), seed: 4)
        let prepared = try PreparedData(data, split: split, scaling: scaling, scaleTarget: true)
        for (source, scaled) in [
            (times, stride(from: 0, to: 2 * split.training.count, by: 2).map { prepared.training.features[$0] }),
            (values, prepared.training.targets.floats),
        ] {
            let rows = split.training.map { source[$0] }
            let (offset, unit): (Double, Double)
            if scaling == .minMax {
                offset = rows.min() ?? 0
                unit = (rows.max() ?? 0) - offset
            } else {
                let first = rows[0]
                let mean = rows.reduce(0) { $0 + ($1 - first) } / Double(rows.count)
                offset = first + mean
                unit = (rows.reduce(0) { $0 + ($1 - first - mean) * ($1 - first - mean) } / Double(rows.count))
                    .squareRoot()
            }
            for (value, scaled) in zip(rows, scaled) {
                #expect(abs(Double(scaled) - (value - offset) / unit) < 1e-6, "\(value) with \(scaling)")
            }
            #expect(scaled.count == rows.count)
        }
    }

    @Test(arguments: [Scaling.minMax, .standardize]) func ofATable(_ scaling: Scaling) throws {
        try check(try csv(), scaling)
    }

    @Test(arguments: [Scaling.minMax, .standardize], ["f8", "i8", "u4"]) func ofHDF5(_ scaling: Scaling, type: String)
        throws
    {
        try check(try hdf5(type), scaling)
    }

    @Test func equalNumbersThatNoBinaryFractionIsAreConstant() throws {
        let path = try folder.write((0..<30).map { "0.1,1700000000.7,\($0)\n" }.joined(), to: "constant.csv")
        let data = try CSVSource(path: path, targetKind: .values).load(as: "constant")
        let split = try Split.make(of: data, .shares(validation: 0.2, test: 0.2, stratified: false), seed: 4)
        for scaling in [Scaling.minMax, .standardize] {
            #expect(try PreparedData(data, split: split, scaling: scaling).test.features.allSatisfy { $0 == 0 })
        }
    }

    @Test func whatIsWrittenAsHDF5KeepsItsDigits() throws {
        let data = try csv()
        try Data(HDF5Source.encode(data)).write(to: URL(fileURLWithPath: folder.file("copy.h5")))
        let copy = try HDF5Source(path: folder.file("copy.h5"), targetKind: .values).load(as: "copy")
        #expect(copy.samples == data.samples)
        #expect(copy.targets == data.targets)
    }

    @Test func numbersThatAreExactInSinglePrecisionTakeNoMore() throws {
        let path = try folder.write("1,0.5,3\n4,0.25,6\n", to: "exact.csv")
        #expect(try CSVSource(path: path, targetKind: .values).load(as: "exact").samples == .floats([1, 0.5, 4, 0.25]))
        try folder.write("1,0.5,3\n4,0.1,6\n", to: "exact.csv")
        #expect(try CSVSource(path: path, targetKind: .values).load(as: "exact").samples == .doubles([1, 0.5, 4, 0.1]))
    }
}

extension Targets {
    /// The values as batches get them.
    fileprivate var floats: [Float] {
        guard case .values(let values) = self else { return [] }
        return values.map { Float($0) }
    }
}
