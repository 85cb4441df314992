import Datasets
import Foundation
import TestSupport
import Testing

/// Files of NumPy's arrays, as NumPy writes them.
@Suite struct NPZTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func load(_ script: String, _ kind: TargetKind = .classes) throws -> Dataset {
        let path = folder.file("data.npz")
        _ = try Python.run("import sys\nimport numpy as np\npath = sys.argv[1]\n\(script)", arguments: [path])
        return try NPZSource(path: path, targetKind: kind).load(as: "npz")
    }

    @Test(arguments: ["savez", "savez_compressed"]) func rowsAndClasses(_ function: String) throws {
        let data = try load(
            "np.\(function)(path, x=np.arange(8.0).reshape(4, 2) / 3, y=np.array(['b', 'ä', 'b', 'ä']))")
        #expect(data.sampleShape == [2] && data.count == 4)
        guard case .doubles(let numbers) = data.samples else { return #expect(Bool(false), "\(data.samples)") }
        #expect(Array(numbers) == (0..<8).map { Double($0) / 3 })
        #expect(data.targets == .classes([0, 1, 0, 1], names: ["b", "ä"]))
    }

    /// Keras' names; pixels come channel by channel.
    @Test func imagesWithPartsOfTheirOwn() throws {
        let data = try load(
            """
            x = np.arange(5 * 4 * 6 * 3).astype("u1").reshape(5, 4, 6, 3)
            np.savez(path, x_train=x[:3], y_train=np.eye(2)[[0, 1, 0]], x_test=x[3:], y_test=np.eye(2, dtype=bool)[[1, 0]])
            """)
        #expect(data.sampleShape == [3, 4, 6] && data.own.test == 3..<5)
        #expect(data.targets == .classes([0, 1, 0, 1, 0], names: ["0", "1"]))
        guard case .bytes(let bytes) = data.samples else { return #expect(Bool(false), "\(data.samples)") }
        #expect(Array(bytes[..<24]) == (0..<24).map { UInt8($0 * 3) })
        #expect(Array(bytes[24..<28]) == [1, 4, 7, 10])
    }

    @Test(arguments: ["i1", "i2", "i4", "i8", "u2", "u4", "u8", "f4", "f8", "?"])
    func everyKindOfNumber(_ type: String) throws {
        let data = try load(
            "np.savez(path, x=np.array([[0, 1], [1, 0], [1, 1]]).astype('\(type)'), y=np.array([1.5, -2, 3e5]))",
            .values)
        #expect(data.floats == [0, 1, 1, 0, 1, 1] && data.targets == .values([1.5, -2, 3e5]))
    }

    @Test(arguments: [
        ("np.savez(path, a=np.zeros(3))", "has no array x; there are: a"),
        ("np.savez(path, x=np.zeros((3, 2)))", "has the array x, and no y for it"),
        ("np.savez(path, x=np.zeros((3, 2)), y=np.zeros(2))", "has 2 targets for 3 samples"),
        ("np.savez(path, x=np.zeros((3, 2)), y=np.zeros((3, 0)))", "y: has no numbers"),
        ("np.savez(path, x=np.zeros((3, 2)), y=np.zeros(3))", "every sample is of one class"),
        ("np.savez(path, x=np.asfortranarray(np.eye(3)), y=np.arange(3))", "is stored column by column"),
        ("np.savez(path, x=np.eye(3, dtype=complex), y=np.arange(3))", "of the type <c16, which is not read"),
        ("np.savez(path, x=np.eye(3) / 0, y=np.arange(3))", "not finite"),
        ("np.savez(path, x=np.eye(3), y=np.ones((3, 2)))", "row 0 is not one-hot"),
        ("open(path, 'wb').write(b'PK\\x03\\x04 damaged')", "cannot be read as a .npz"),
    ])
    func whatIsWrongIsNamed(_ script: String, _ words: String) throws {
        let error = #expect(throws: DatasetError.self) { try load(script) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
}
