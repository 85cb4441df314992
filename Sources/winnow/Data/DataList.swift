import Architecture
import ArgumentParser
import Console
import Datasets
import Downloads
import Glibc

struct DataList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the built-in data sets: what each is, and where it is or how to get it.",
        discussion: """
            "60000+10000" are training samples and the source's own test samples. data.source in an experiment file takes \
            these names. The folder WINNOW_DATA in the environment is searched first.

            Example: winnow data list
            """)

    @Flag(help: "One JSON document instead of a table.")
    var json = false

    func run() throws {
        let listing = DataListing(library: .standard)
        print(json ? try listing.json() : listing.table(columns: Terminal.output.columns), terminator: "")
    }
}

/// The built-in data sets, for people and for programs.
struct DataListing {
    let library: DataLibrary

    func table(columns width: Int?) -> String {
        var table = TextTable(["name", "samples", "shape", "task", "where", "what"])
        for data in BuiltInData.all {
            table.add([
                data.name, "\(data.samples)" + (data.testSamples > 0 ? "+\(data.testSamples)" : ""),
                "\(Shape(data.shape))",
                data.classes.map { "\($0) classes" } ?? "regression", location(data), data.about,
            ])
        }
        return table.text(columns: width)
    }

    private func location(_ data: BuiltInData) -> String {
        guard let path = data.path(in: library) else { return data.command ?? "missing" }
        return data.isWhole(in: path) ? path : "\(path), incomplete: \(data.command ?? "")"
    }

    func json() throws -> String {
        let rows = BuiltInData.all.map { data in
            let path = data.path(in: library)
            return JSONObject([
                "name": data.name, "about": data.about,
                "task": data.classes == nil ? "regression" : "classification", "classes": data.classes,
                "shape": data.shape, "samples": data.samples, "testSamples": data.testSamples, "path": path,
                "whole": path.map(data.isWhole) ?? false, "command": data.command,
            ])
        }
        return try JSONObject(["datasets": rows]).text()
    }
}

/// A built-in data set, as `winnow data list` describes it without reading it.
struct BuiltInData {
    let source: DataSource
    let about: String
    /// Training samples; all samples if the source has no test part of its own.
    let samples: Int
    let testSamples: Int
    /// Of one sample.
    let shape: [Int]
    /// Nil for a regression.
    let classes: Int?
    /// Its file; nil for a folder of its name.
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

    /// Its path; nil if it is missing.
    func path(in library: DataLibrary) -> String? {
        if let file { return try? library.locate(file) }
        return try? library.locate(folder: name)
    }

    /// Whether `folder` has all files of a downloaded data set, plain or gzip'd.
    func isWhole(in folder: String) -> Bool {
        let files = DatasetCatalogue.standard[name]?.fileNames ?? []
        return files.allSatisfy { name in
            let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
            return [plain, plain + ".gz"].contains { access("\(folder)/\($0)", R_OK) == 0 }
        }
    }

    /// The command that downloads it.
    var command: String? { DatasetCatalogue.standard[name].map { "winnow data fetch \($0.name)" } }
}
