import ArgumentParser

/// Where a study goes and how it is shown.
struct StudyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The study's folder. (default: studies/NAME, NAME being the experiment's)", valueName: "dir"),
        completion: .directory)
    var study: String?

    @Flag(help: "Runs a search of more than 100,000 trials.")
    var yes = false

    @Flag(help: "Ends with one JSON document on standard output, instead of a table.")
    var json = false
}

extension ExperimentOptions {
    /// The words that give the same experiment again.
    var commandLine: String {
        ([file] + overrides.flatMap { ["--set", $0] }).map(Self.quoted).joined(separator: " ")
    }

    /// The word as a shell takes it.
    static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,".contains($0) }
        return plain
            ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
