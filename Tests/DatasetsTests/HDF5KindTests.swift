import Datasets
import Foundation
import TestSupport
import Testing

/// Labels and storage as h5py's users write them.
@Suite struct HDF5KindTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func write(_ script: String) throws {
        _ = try Python.run(
            """
            import h5py, numpy as np, os, sys
            os.chdir(sys.argv[1])
            f = h5py.File("data.h5", "w")
            \(script)
            f.close()
            """, arguments: [folder.path])
    }

    private func load(_ kind: TargetKind = .classes) throws -> Dataset {
        try DataSource.hdf5(HDF5Source(path: folder.file("data.h5"), targetKind: kind)).load()
    }

    private func message() -> String? {
        let error = #expect(throws: DatasetError.self) { try load() }
        #expect(error?.description.contains("\n") == false)
        return error?.description.replacingOccurrences(of: folder.path, with: "FOLDER")
    }

    private static let x = "f['train/x'] = np.arange(8.).reshape(4, 2)\n"

    @Test(arguments: [
        ("np.array([0, 1, 1, 0], dtype='u8')", ["0", "1"]), ("np.array([0, 1, 1, 0], dtype='u4')", ["0", "1"]),
        ("np.array([0, 1, 1, 0], dtype='u2')", ["0", "1"]), ("np.array([0, 1, 1, 0], dtype='i1')", ["0", "1"]),
        ("np.array([0, 1, 1, 0], dtype='i2')", ["0", "1"]), ("np.array([3, 7, 7, 3], dtype='>i4')", ["3", "7"]),
        ("np.array([False, True, True, False])", ["FALSE", "TRUE"]),
        ("np.array([[False], [True], [True], [False]])", ["FALSE", "TRUE"]),
        ("np.array([[1, 0], [0, 1], [0, 1], [1, 0]], dtype='f4')", ["0", "1"]),
        ("np.array([[1, 0], [0, 1], [0, 1], [1, 0]], dtype='u1')", ["0", "1"]),
        ("np.array([[True, False], [False, True], [False, True], [True, False]])", ["0", "1"]),
        ("np.array([b'cat', b'dog', b'dog', b'cat'])", ["cat", "dog"]),
        ("np.array(['cat', 'dog', 'dog', 'cat'], dtype=object)", ["cat", "dog"]),
        ("np.array(['K\\u00fcken', 'dog', 'dog', 'K\\u00fcken'], dtype=object)", ["K\u{FC}ken", "dog"]),
        ("np.array(['9', '10', '10', '9.0'], dtype=object)", ["9", "10"]),
    ])
    func labels(_ y: String, names: [String]) throws {
        try write(
            """
            \(Self.x)
            y = \(y)
            f.create_dataset("train/y", data=y, dtype=h5py.string_dtype() if y.dtype == object else y.dtype)
            """)
        let targets = try load().targets
        #expect(targets.classNames.map { Set($0) } == Set(names))
        guard case .classes(let labels, let found) = targets else { return }
        #expect(labels.map { found[Int($0)] } == [names[0], names[1], names[1], names[0]])
    }

    @Test func labelsOfSeveralParts() throws {
        try write(
            """
            \(Self.x)
            f["train/y"] = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]])
            f["unlabelled/x"] = np.zeros((2, 2))
            f["unlabelled/y"] = np.array([[0, 0, 0], [0, 1, 0]])
            f.attrs["class_names"] = ["a", "b", "c"]
            """)
        #expect(try load().targets == .classes([2, 0, 1, 0, -1, 1], names: ["a", "b", "c"]))
        try write(
            """
            \(Self.x)
            f["train/y"] = np.array([b"dog", b"cat", b"dog", b"cat"])
            f["test/x"] = np.zeros((1, 2))
            f["test/y"] = np.array([b"dog"])
            f["unlabelled/x"] = np.zeros((2, 2))
            f.attrs["class_names"] = ["dog", "cat", "bird"]
            """)
        #expect(try load().targets == .classes([0, 1, 0, 1, 0, -1, -1], names: ["dog", "cat", "bird"]))
    }

    @Test(arguments: [
        (
            "np.array([[1, 0], [0, 1], [1, 1], [1, 0]])",
            "/train/y: row 2 of 2 numbers is not one-hot, a single 1 and else 0; a sample has one class, or one "
                + "number to be predicted"
        ),
        ("np.array([[.9, .1], [0, 1], [0, 1], [1, 0]])", "/train/y: row 0 of 2 numbers is not one-hot"),
        ("np.array([2 ** 63, 1, 0, 1], dtype='u8')", "/train/y: has the label 9223372036854775808, which is larger"),
        (
            "np.array([b'M\\xfcller', b'a', b'b', b'a'])",
            "/train/y: cannot be read: row 0 holds bytes that are no UTF-8"
        ),
    ])
    func labelsThatAreNone(_ y: String, says: String) throws {
        try write("\(Self.x)f['train/y'] = \(y)")
        #expect(message()?.hasPrefix("FOLDER/data.h5: \(says)") == true, "\(message() ?? "")")
    }

    @Test func classNamesTwice() throws {
        try write(
            "\(Self.x)f['train/y'] = np.array([0, 1, 1, 0])\nf.attrs['class_names'] = ['caf\\u00e9', 'cafe\\u0301']")
        #expect(message()?.contains("class_names: names a class twice") == true)
    }

    @Test func whatPeopleCompressWith() throws {
        for options in ["compression='lzf'", "compression='lzf', shuffle=True, chunks=(7, 300)", "compression='gzip'"] {
            try write(
                """
                rng = np.random.default_rng(3)
                x = (rng.integers(0, 3, (90, 400)) * np.arange(400)).astype("f4")
                x[:, 100:] = 1.5
                f.create_dataset("train/x", data=x, \(options))
                f.create_dataset("plain/x", data=x)
                f["train/y"] = np.arange(90) % 2
                f["sum"] = (x.astype("f8") * np.arange(x.size).reshape(x.shape)).sum()
                print(f["sum"][()])
                """)
            let sum = try #require(
                Double(
                    try Python.run(
                        "import h5py, sys; print(h5py.File(sys.argv[1])['sum'][()])",
                        arguments: [folder.file("data.h5")]
                    ).dropLast()))
            let read = try load().floats.enumerated().reduce(0) { $0 + Double($1.offset) * Double($1.element) }
            #expect(read == sum, "\(options)")
        }
    }

    @Test func aFilterThatIsNotHere() throws {
        try write(
            """
            f.create_dataset("train/y", data=np.array([0, 1, 1, 0]))
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_chunk((4, 2))
            plist.set_filter(32015, h5py.h5z.FLAG_OPTIONAL)
            space = h5py.h5s.create_simple((4, 2))
            h5py.h5d.create(f["train"].id, b"x", h5py.h5t.NATIVE_FLOAT, space, plist)
            """)
        #expect(
            message()?.hasPrefix("FOLDER/data.h5: /train/x: is compressed with Zstandard (HDF5 filter 32015)") == true)
    }

    @Test func numbersInOtherFilesAreRefused() throws {
        let remedy = "copy the numbers into it, with h5py for instance: new['train/x'] = old['train/x'][:]"
        let other =
            "with h5py.File('other.h5', 'w') as o: o['train/x'] = np.arange(8.).reshape(4, 2); o['x'] = "
            + "o['train/x'][:]\n"
        for (script, says) in [
            ("f['train/x'] = h5py.ExternalLink('other.h5', 'x')", "/train/x: is behind a link into other.h5, and"),
            ("f['train/x'] = h5py.ExternalLink('missing.h5', 'x')", "/train/x: is behind a link into missing.h5, and"),
            (
                "f['away'] = h5py.ExternalLink('other.h5', 'x')\nf['train/x'] = h5py.SoftLink('/away')",
                "/train/x: is behind a link into "
            ),
            (
                "f.create_dataset('train/x', (4, 2), 'f8', external=[('raw.bin', 0, 64)])",
                "/train/x: keeps its numbers in "
            ),
            (
                "l = h5py.VirtualLayout((4, 2), 'f8')\nl[:] = h5py.VirtualSource('missing.h5', 'x', (4, 2))\n"
                    + "f.create_virtual_dataset('train/x', l)",
                "/train/x: is a virtual dataset that is put together from missing.h5, and"
            ),
        ] {
            try write("\(other)f['train/y'] = np.array([0, 1, 1, 0])\n\(script)")
            #expect(message()?.hasPrefix("FOLDER/data.h5: \(says)") == true, "\(message() ?? "")")
            #expect(message()?.hasSuffix(remedy) == true, "\(message() ?? "")")
        }
        try write("\(other)f['train'] = h5py.ExternalLink('other.h5', 'train')")
        #expect(message()?.contains("/train/x: is behind a link into other.h5") == true)
    }

    @Test func virtualDatasetsOfTheFileItself() throws {
        try write(
            """
            f["parts/0"] = np.arange(4.).reshape(2, 2)
            f["parts/1"] = np.arange(4., 8.).reshape(2, 2)
            l = h5py.VirtualLayout((4, 2), "f8")
            for i in range(2): l[2 * i:2 * i + 2] = h5py.VirtualSource(f["parts/%d" % i])
            f.create_virtual_dataset("train/x", l)
            f["train/y"] = np.array([0, 1, 1, 0])
            """)
        #expect(try load().samples == .floats(SampleArray(Array(0..<8).map { Float($0) })))
    }

    @Test func channelsThatComeLastAreTold() throws {
        func warnings(_ shape: String) throws -> [String] {
            try write("f['train/x'] = np.zeros(\(shape), dtype='u1')\nf['train/y'] = np.array([0, 1, 1, 0])")
            return try load().warnings
        }
        let told = try warnings("(4, 8, 8, 3)")
        #expect(told.count == 1 && told[0].contains("x.transpose(0, 3, 1, 2)"), "\(told)")
        #expect(try warnings("(4, 8, 8, 1)").count == 1)
        #expect(try warnings("(4, 3, 8, 8)") == [])
        #expect(try warnings("(4, 1, 8, 3)") == [])
    }
}
