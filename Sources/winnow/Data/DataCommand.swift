import ArgumentParser
import Console
import Datasets
import Glibc
import StudyStore

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Lists, fetches, describes and converts data sets.",
        discussion: """
            Example: winnow data fetch mnist
            """,
        subcommands: [DataList.self, DataFetch.self, DataInfo.self, DataConvert.self])
}

struct DataInfo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Reads a data set and describes it: samples, shape, classes with counts, parts, digest.",
        discussion: """
            A path is recognised by its contents: a table (.csv, .csv.gz), an HDF5 file, or a folder with \
            MNIST's IDX files, CIFAR-10's binary batches, or one folder of images for each class. ./NAME is a path even \
            if NAME is a built-in data set.

            Example: winnow data info digits
            Example: winnow data info houses.csv --target Price --task regression
            """)

    @OptionGroup var input: DataInput

    @Flag(help: "One JSON document instead of text.")
    var json = false

    func run() throws {
        let dataset = try Interruptible.run { try input.load() }
        DataWarnings.show(dataset.warnings)
        let summary = DataSummary(dataset)
        print(json ? try summary.json() : summary.text(columns: Terminal.output.columns), terminator: "")
    }
}

struct DataConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Writes a data set as an HDF5 file, which experiments, h5py and others read.",
        discussion: """
            The file holds /train/x and /train/y, and /validation, /test and /unlabelled if the source has them; the \
            root's attribute class_names names the classes. 8-bit images stay 8-bit. The file gets its name only when it \
            is whole.

            Example: winnow data convert photographs/ photographs.h5 --size 32x32
            Example: winnow data convert houses.csv houses.h5 --target Price --task regression
            """)

    @OptionGroup var input: DataInput

    @Argument(help: "The file to write.", completion: .file(extensions: ["h5"]))
    var output: String

    @Flag(help: "Replaces an existing file.")
    var force = false

    func run() throws {
        // Before the data are read, which may take minutes.
        guard force || access(output, F_OK) != 0 else {
            throw Failure(.usage, "\(output): there is such a file; --force replaces it")
        }
        let (dataset, bytes) = try Interruptible.run {
            Terminal.errors.line("\(input.source): reading")
            let dataset = try input.load()
            DataWarnings.show(dataset.warnings)
            Terminal.errors.line("\(input.source): \(dataset.count) samples; converting")
            return (dataset, try HDF5Source.encode(dataset.withInputs))
        }
        try AtomicFile.write(bytes, to: output)
        Terminal.errors.line("\(output): \(dataset.count) samples, \(Figure.bytes(bytes.count))")
    }
}

/// The warnings of commands that read data.
enum DataWarnings {
    static func show(_ warnings: [String]) { for warning in warnings { Terminal.errors.line("warning: \(warning)") } }
}
