import ArgumentParser
import Datasets

struct DataList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the built-in data sets: what each is, and where it lies or how to get it.",
        discussion: """
            "60000+10000" are samples to train on and the source's own to test on. The names are those that \
            data.source takes in an experiment file. WINNOW_DATA in the environment is a folder that is looked into first.

            Example: winnow data list
            """)

    @Flag(help: "One JSON document instead of a table.")
    var json = false

    func run() throws {
        try Failure.translating {
            let listing = DataListing(library: .standard)
            print(json ? try listing.json() : listing.table(columns: Terminal.output.columns), terminator: "")
        }
    }
}
