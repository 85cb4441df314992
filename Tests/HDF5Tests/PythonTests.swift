import Foundation
import HDF5
import TestSupport
import Testing

/// Another reader, h5py, finds in a file what was written, and we read what it writes.
@Suite struct PythonTests {
    @Test func pythonReadsWhatWeWrite() throws {
        let file = try File.createInMemory()
        let history = try file.root.create(group: "history")
        let rows = try history.write("row", [Int32(0), 1, 2])
        try rows.makeScale(name: "row")
        let loss = try history.write("loss", [0.1, Double.nan, 1e300])
        try loss.attachScale(rows, dimension: 0)
        try loss.setAttribute("units", "nats")
        try history.write("state", [Int8(-1), 0, 127])
        try history.writeStrings("worker", ["ü1", "", "node-3"])
        try history.write("none", [Float]())
        try file.root.write("0.weight", (0..<6).map { Float($0) / 4 }, shape: [2, 3])
        try file.root.write("plain", [Float(1), 2], shape: [2], checksum: false)
        try file.root.setAttribute("format", "winnow-study – 1")
        try file.root.setAttribute("version", Int32(3))
        try file.root.setAttribute("state", [0.5, 2])

        let folder = try TemporaryDirectory()
        try Data(file.image()).write(to: URL(fileURLWithPath: folder.file("a.h5")))
        let printed = try Python.run(
            """
            import h5py, sys
            with h5py.File(sys.argv[1], "r") as f:
                h = f["history"]
                print(sorted(f), sorted(h))
                print(h["loss"].dtype, h["loss"][:].tolist(), h["loss"].fletcher32, h["loss"].dims[0][0].name)
                print(h["loss"].attrs["units"].decode(), h["row"].attrs["CLASS"].decode(), h["row"][:].tolist())
                print(h["state"].dtype, h["state"][:].tolist())
                print([s.decode() for s in h["worker"]], h["worker"].dtype)
                print(h["none"].shape, h["none"].dtype)
                print(f["0.weight"].dtype, f["0.weight"][:].tolist(), f["plain"].chunks)
                print(f.attrs["format"].decode(), f.attrs["version"], f.attrs["state"].tolist())
                times = []
                f.visititems(lambda name, object: times.append(h5py.h5g.get_objinfo(object.id).mtime))
                print(max(times))
            """, arguments: [folder.file("a.h5")])
        #expect(
            printed == """
                ['0.weight', 'history', 'plain'] ['loss', 'none', 'row', 'state', 'worker']
                float64 [0.1, nan, 1e+300] True /history/row
                nats DIMENSION_SCALE [0, 1, 2]
                int8 [-1, 0, 127]
                ['ü1', '', 'node-3'] |S6
                (0,) float32
                float32 [[0.0, 0.25, 0.5], [0.75, 1.0, 1.25]] None
                winnow-study – 1 3 [0.5, 2.0]
                0

                """)
    }

    @Test func weReadWhatPythonWrites() throws {
        let folder = try TemporaryDirectory()
        _ = try Python.run(
            """
            import h5py, numpy, sys
            with h5py.File(sys.argv[1], "w") as f:
                f["weights"] = numpy.arange(6, dtype="<f4").reshape(2, 3)
                f.create_dataset("packed", data=numpy.arange(1000, dtype="<i4"), compression="gzip")
                f["big_endian"] = numpy.array([1.5, -2], dtype=">f4")
                f["pixels"] = numpy.array([0, 255], dtype="u1")
                f["words"] = numpy.array([b"ab", b"c"], dtype="S4")
                f["variable"] = ["ab", "c"]
            """, arguments: [folder.file("b.h5")])
        let root = try File.open(at: folder.file("b.h5")).root
        let weights = try root.read("weights", as: Float.self)
        #expect(weights.values == [0, 1, 2, 3, 4, 5])
        #expect(weights.shape == [2, 3])
        #expect(try root.read("packed", as: Int32.self).values == Array(0..<1000))
        #expect(try root.read("big_endian", as: Float.self).values == [1.5, -2])
        #expect(try root.read("pixels", as: Int32.self).values == [0, 255])
        #expect(throws: HDF5Error.self) { try root.read("pixels", as: Int8.self) }
        #expect(try root.readStrings("words") == ["ab", "c"])
        let error = #expect(throws: HDF5Error.self) { try root.readStrings("variable") }
        #expect(error?.code == .wrongType)
    }
}
