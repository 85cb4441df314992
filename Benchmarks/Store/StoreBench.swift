import ArgumentParser

@main
struct StoreBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "winnow-store-bench",
        abstract: "Measures what is between a message and the disk: the codec and the journal; makes long studies.",
        subcommands: [CodecCommand.self, JournalCommand.self, StudyCommand.self])
}
