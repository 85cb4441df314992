import ArgumentParser

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Fetches, lists and describes data sets.",
        discussion: """
            Example: winnow data fetch mnist
            """,
        subcommands: [DataList.self, DataFetch.self, DataInfo.self])
}
