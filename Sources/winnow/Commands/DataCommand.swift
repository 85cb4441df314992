import ArgumentParser

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Lists, fetches, describes and converts data sets.",
        discussion: """
            Example: winnow data fetch mnist
            """,
        subcommands: [DataList.self, DataFetch.self, DataInfo.self, DataConvert.self])
}
