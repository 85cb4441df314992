import ArgumentParser
import Datasets

struct DataInfo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Reads a data set and says what it is: samples, shape, classes with counts, parts, digest.",
        discussion: """
            What lies at a path is recognised by its contents: a table (.csv, .csv.gz), an HDF5 file, or a folder with \
            MNIST's IDX files, CIFAR-10's binary batches, or one folder of images for each class. ./NAME is a path even \
            where NAME is a built-in data set.

            Example: winnow data info digits
            Example: winnow data info houses.csv --target Price --task regression
            """)

    @OptionGroup var input: DataInput

    @Flag(help: "One JSON document instead of text.")
    var json = false

    func run() throws {
        try Failure.translating {
            let dataset = try Interruptible.run { try input.load() }
            DataWarnings.show(dataset.warnings)
            let summary = DataSummary(dataset)
            print(json ? try summary.json() : summary.text(columns: Terminal.output.columns), terminator: "")
        }
    }
}
