import Datasets
import Foundation
import TestSupport
import Testing

/// The names under which people have MNIST's files and their like.
@Suite struct IDXNameTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func write(_ images: String, _ labels: String, first: UInt8) throws {
        try Data([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, first, first + 1] as [UInt8])
            .write(to: URL(fileURLWithPath: folder.file(images)))
        try Data([0, 0, 8, 1, 0, 0, 0, 2, 3, 7] as [UInt8]).write(to: URL(fileURLWithPath: folder.file(labels)))
    }

    @Test(arguments: [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
        ("train-images.idx3-ubyte", "train-labels-idx1-ubyte", "test-images-idx3-ubyte", "t10k-labels.idx1-ubyte"),
        (
            "emnist-balanced-train-images-idx3-ubyte", "emnist-balanced-train-labels-idx1-ubyte",
            "emnist-balanced-test-images-idx3-ubyte", "emnist-balanced-test-labels-idx1-ubyte"
        ),
    ])
    func names(_ names: (String, String, String, String)) throws {
        try write(names.0, names.1, first: 10)
        try write(names.2, names.3, first: 20)
        for isCompressed in [false, true] {
            if isCompressed { try compressAll(folder) }
            let data = try DataSource.idx(folder: folder.path).load()
            #expect(data.samples == .bytes([10, 11, 20, 21]))
            #expect(data.own == OwnParts(test: 2..<4))
            let files = try DataSource.idx(folder: folder.path).files().map(\.name)
            #expect(files == [names.0, names.1, names.2, names.3].map { $0 + (isCompressed ? ".gz" : "") })
        }
    }

    @Test func severalSets() throws {
        try write("emnist-mnist-train-images-idx3-ubyte", "emnist-mnist-train-labels-idx1-ubyte", first: 1)
        try write("emnist-letters-train-images-idx3-ubyte", "emnist-letters-train-labels-idx1-ubyte", first: 1)
        let error = #expect(throws: DatasetError.self) { try DataSource.idx(folder: folder.path).load() }
        #expect(
            error?.description
                == "\(folder.path): holds several data sets, emnist-letters-, emnist-mnist-: give each a folder of "
                + "its own"
        )
        for name in ["images-idx3", "labels-idx1"] {
            try FileManager.default.removeItem(atPath: folder.file("emnist-letters-train-\(name)-ubyte"))
        }
        #expect(try DataSource.idx(folder: folder.path).load().count == 2)
    }
}
