import Datasets
import Downloads
import Glibc

/// A data set that an experiment may name, as `winnow data list` tells of it without reading it.
struct BuiltInData {
    let source: DataSource
    let about: String
    /// Training samples, or all where the source has no test part of its own.
    let samples: Int
    let testSamples: Int
    /// One sample's.
    let shape: [Int]
    /// Nil for a regression.
    let classes: Int?
    /// The file that it is; nil where it is a folder of its own name.
    let file: String?

    var name: String { source.name }

    static let all = [
        BuiltInData(
            source: .mnist5k, about: "handwritten digits, of MNIST's training part", samples: 5000, testSamples: 0,
            shape: [1, 28, 28], classes: 10, file: "mnist_5k.csv.gz"),
        BuiltInData(
            source: .digits, about: "handwritten digits, small ones", samples: 1797, testSamples: 0,
            shape: [1, 8, 8], classes: 10, file: "digits.csv.gz"),
        BuiltInData(
            source: .housing, about: "prices of houses in Boston, in thousands of dollars", samples: 506,
            testSamples: 0, shape: [13], classes: nil, file: "boston.csv"),
        BuiltInData(
            source: .mnist, about: "handwritten digits", samples: 60_000, testSamples: 10_000, shape: [1, 28, 28],
            classes: 10, file: nil),
        BuiltInData(
            source: .fashionMNIST, about: "pieces of clothing", samples: 60_000, testSamples: 10_000,
            shape: [1, 28, 28], classes: 10, file: nil),
        BuiltInData(
            source: .cifar10, about: "photographs of animals and vehicles", samples: 50_000, testSamples: 10_000,
            shape: [3, 32, 32], classes: 10, file: nil),
    ]

    /// Where it lies; nil where it does not.
    func path(in library: DataLibrary) -> String? {
        if let file { return try? library.locate(file) }
        return try? library.locate(folder: name)
    }

    /// Whether all files of a data set that is fetched are in `folder`, plain or gzip'd.
    func isWhole(in folder: String) -> Bool {
        let files = DatasetCatalogue.standard[name]?.fileNames ?? []
        return files.allSatisfy { name in
            let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
            return [plain, plain + ".gz"].contains { access("\(folder)/\($0)", R_OK) == 0 }
        }
    }

    /// What brings it here.
    var command: String? {
        DatasetCatalogue.standard[name].map { "winnow data fetch \($0.name)" }
    }
}
