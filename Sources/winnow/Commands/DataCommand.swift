import ArgumentParser

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Fetches data sets.",
        discussion: """
            Example: winnow data fetch mnist
            """,
        subcommands: [DataFetch.self])
}
