import Datasets
import Foundation
import Glibc
import TestSupport
import Testing

/// Files of other formats, and what is no file, each refused in one line that says what it is and what to do.
@Suite struct ForeignFileTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func message(_ name: String = "table.csv", _ kind: TargetKind = .classes) -> String? {
        let error = #expect(throws: DatasetError.self) {
            try CSVSource(path: folder.file(name), targetKind: kind).load(as: "table")
        }
        #expect(error?.description.contains("\n") == false)
        return error?.description.replacingOccurrences(of: folder.path, with: "FOLDER")
    }

    @Test(arguments: [
        ("zipfile.ZipFile(path, 'w').writestr('t.csv', text)", "is a zip archive", "unzip"),
        ("open(path, 'wb').write(bz2.compress(text))", "is compressed by bzip2", "bunzip2"),
        ("open(path, 'wb').write(lzma.compress(text))", "is compressed by xz", "unxz"),
        ("t = tarfile.open(path, 'w'); t.add(sys.argv[2], 't.csv'); t.close()", "is a tar archive", "tar -xf"),
        (
            "t = tarfile.open(path, 'w:gz'); t.add(sys.argv[2], 't.csv'); t.close()",
            "holds, within gzip, what is a tar archive",
            "tar -xf"
        ),
        (
            "z = io.BytesIO(); zipfile.ZipFile(z, 'w').writestr('t.csv', text); gzip.open(path, "
                + "'wb').write(z.getvalue())",
            "holds, within gzip, what is a zip archive", "unzip"
        ),
        (
            "gzip.open(path, 'wb').write(gzip.compress(text))", "holds, within gzip, what is compressed by gzip twice",
            "gunzip"
        ),
        ("np.save(open(path, 'wb'), np.zeros((3, 2)))", "is an array of NumPy", "numpy.savetxt"),
        ("h5py.File(path, 'w')['x'] = np.zeros(3)", "is an HDF5 file", "{hdf5: FILE}"),
        ("sqlite3.connect(path).execute('create table t (x)')", "is an SQLite database", "CSV"),
    ])
    func otherFormats(script: String, says: String, remedy: String) throws {
        let plain = try folder.write("a,b\n1,2\n3,4\n", to: "plain.csv")
        _ = try Python.run(
            """
            import bz2, gzip, io, lzma, sqlite3, sys, tarfile, zipfile
            import h5py
            import numpy as np
            path, text = sys.argv[1], open(sys.argv[2], "rb").read()
            \(script)
            """, arguments: [folder.file("table.csv"), plain])
        let message = message()
        #expect(message?.hasPrefix("FOLDER/table.csv: \(says)") == true, "\(message ?? "")")
        #expect(message?.contains(remedy) == true, "\(message ?? "")")
    }

    @Test func aColumnMayBeCalledAsAFormatBegins() throws {
        for name in ["BZh", "PAR1", "Rar", "PK"] {
            try folder.write("\(name),y\n1,2\n3,4\n", to: "table.csv")
            #expect(
                try CSVSource(path: folder.file("table.csv"), targetKind: .values).load(as: "t").featureNames == [name])
        }
    }

    @Test(arguments: [
        ("# exported by tool\na,b,label\n1,2,0\n3,4,1\n", ":1: is a comment ('# exported by tool'): remove the lines"),
        ("sep=,\na,b,label\n1,2,0\n", ":1: is Excel's line 'sep=,'"),
        ("sep=;\na;b\n1;2\n", ":1: is Excel's line 'sep=;'"),
        (
            "a;b;c;label\n0,1;-0,2;0,6;1\n1,3;0,9;-0,7;0\n",
            ":1: has cells that are separated by semicolons, with decimal commas"
        ),
        ("0,1;-0,2;0,6;1\n1,3;0,9;-0,7;0\n", "say separator: \";\" and decimal: \",\""),
        ("a;b\n1.5;2\n", ":1: has cells that are separated by semicolons, where commas"),
        (
            "a\tb\n1\t2\n",
            "separated by tabs, where commas are expected: say separator: \"\\t\""
        ),
        ("a|b|c\n1|2|3\n", "separated by bars"),
    ])
    func otherTables(text: String, says: String) throws {
        try folder.write(text, to: "table.csv")
        let message = message()
        #expect(message?.contains(says) == true, "\(message ?? "")")
    }

    @Test(arguments: ["\"a;b\",\"c;d\"\n1,2\n3,4\n", "# a,b\n1,2\n3,4\n", "a;b,c\n1,2\n3,4\n"])
    func whatLooksLikeThemAndIsNot(text: String) throws {
        try folder.write(text, to: "table.csv")
        #expect(try CSVSource(path: folder.file("table.csv"), targetKind: .values).load(as: "t").count == 2)
    }

    /// Nobody writes to it: who opened it would wait.
    @Test func aPipeIsNotWaitedFor() throws {
        try #require(mkfifo(folder.file("table.csv"), 0o600) == 0)
        #expect(message()?.contains("is a pipe, and data are read more than once") == true)
        try FileManager.default.moveItem(
            atPath: folder.file("table.csv"), toPath: folder.file("train-images-idx3-ubyte"))
        try folder.write("x", to: "train-labels-idx1-ubyte")
        func fails(_ source: DataSource) {
            let error = #expect(throws: DatasetError.self) { try source.load() }
            #expect(error?.description.contains("is a pipe, ") == true, "\(String(describing: error))")
        }
        fails(.idx(folder: folder.path))
        fails(.hdf5(HDF5Source(path: folder.file("train-images-idx3-ubyte"), targetKind: .classes)))
        for name in ["a", "b"] {
            let place = folder.file("images/\(name)")
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try #require(mkfifo("\(place)/1.png", 0o600) == 0)
        }
        fails(.images(ImageFolderSource(path: folder.file("images"))))
        #expect(
            #expect(throws: DatasetError.self) { try CSVSource(path: "/dev/null", targetKind: .values).load(as: "t") }?
                .message
                .contains("is a device") == true)
    }
}
