import ArgumentParser
import StudyStore

struct Results: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the table of a study's trials, finished or not.",
        discussion: """
            Example: winnow results studies/mnist --json
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Flag(help: "One JSON document instead of a table.")
    var json = false

    func run() throws {
        try Failure.translating {
            let results = try StudyResults(StudyReader(StudyFolder(study)))
            print(json ? try results.json() : results.table(columns: Terminal.output.columns), terminator: "")
        }
    }
}
