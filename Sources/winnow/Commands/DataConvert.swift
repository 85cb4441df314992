import ArgumentParser
import Console
import Datasets
import Glibc
import StudyStore

struct DataConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Writes a data set as an HDF5 file, which experiments, h5py and others read.",
        discussion: """
            The file holds /train/x and /train/y, and /validation, /test and /unlabelled where the source has them; the \
            root's attribute class_names names the classes. 8-bit images stay 8-bit. The file gets its name only when it \
            is whole.

            Example: winnow data convert photographs/ photographs.h5 --size 32x32
            Example: winnow data convert houses.csv houses.h5 --target Price --task regression
            """)

    @OptionGroup var input: DataInput

    @Argument(help: "The file to write.", completion: .file(extensions: ["h5"]))
    var output: String

    @Flag(help: "Replaces a file that is there.")
    var force = false

    func run() throws {
        try Failure.translating {
            // Before the data are read, which may take minutes.
            guard force || access(output, F_OK) != 0 else {
                throw Failure(.usage, "\(output): there is such a file; --force replaces it")
            }
            let (dataset, bytes) = try Interruptible.run {
                Terminal.errors.line("\(input.source): reading")
                let dataset = try input.load()
                DataWarnings.show(dataset.warnings)
                Terminal.errors.line("\(input.source): \(dataset.count) samples; converting")
                return (dataset, try HDF5Source.encode(dataset))
            }
            try AtomicFile.write(bytes, to: output)
            Terminal.errors.line("\(output): \(dataset.count) samples, \(Figure.bytes(bytes.count))")
        }
    }
}
