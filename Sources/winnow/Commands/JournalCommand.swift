import ArgumentParser
import Console
import Schema
import Studies
import StudyStore

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Prints a study's journal: every record, in the order in which they became durable.",
        discussion: """
            The journal may be read while a coordinator writes to it. With --json each line is one record with the names of \
            records.proto; metrics have their names there, not the study's numbers. A field that is missing is 0 or empty.

            Example: winnow journal studies/mnist | tail
            Example: winnow journal studies/mnist --json | jq 'select(.decision)'
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Flag(help: "One JSON object per line instead of text.")
    var json = false

    func run() throws {
        try Interruptible.run {
            let folder = StudyFolder(study)
            // A folder without an experiment is no study.
            _ = try StoredText.read(folder.experimentPath, of: folder)
            var lines = JournalLines()
            try Journal.read(folder) { record throws(StudyStoreError) in
                print(json ? lines.json(record) : lines.text(record))
            }
        }
    }
}
