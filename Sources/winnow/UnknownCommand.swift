import ArgumentParser
import Experiments

/// Finds a word of the command line that is no command, before the parser calls it an unexpected argument.
enum UnknownCommand {
    /// What other programs call some commands.
    private static let names = [
        "train": "run", "start": "run", "fit": "run", "tune": "run", "validate": "check", "lint": "check",
        "result": "results", "ls": "results", "info": "show", "resume": "run", "continue": "run", "kill": "stop",
    ]

    /// - Throws: ``Failure`` with the nearest command; the help of a command that is followed by "help".
    static func refuse(in arguments: [String], of root: any ParsableCommand.Type) throws {
        var command = root
        for word in arguments {
            let choices = command.configuration.subcommands
            if choices.isEmpty || word.hasPrefix("-") { return }
            if word == "help" {
                // The parser knows "help" as the first word alone.
                guard command != root else { return }
                throw CleanExit.helpRequest(command)
            }
            var known: [String] = []
            var choice: (any ParsableCommand.Type)?
            for candidate in choices {
                known.append(name(of: candidate))
                if known.last == word { choice = candidate }
            }
            guard let choice else { throw unknown(word, of: name(of: command), known: known) }
            command = choice
        }
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command._commandName
    }

    private static func unknown(_ word: String, of command: String, known: [String]) -> Failure {
        var meant = Spelling.nearest(to: word, among: known)
        if let name = names[word], known.contains(name) { meant = name }
        let hint = meant.map { "did you mean \"\($0)\"?" } ?? "there are: \(known.joined(separator: ", "))"
        return Failure(.usage, "there is no command \"\(word)\" of \(command); \(hint)")
    }
}
