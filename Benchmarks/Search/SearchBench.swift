import ArgumentParser

@main
struct SearchBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "winnow-search-bench",
        abstract: "Measures searches: the error rates of their answers, the time of a decision, and what they propose.",
        subcommands: [AnswersCommand.self, DecisionsCommand.self, SchedulersCommand.self, ProposeCommand.self])
}
