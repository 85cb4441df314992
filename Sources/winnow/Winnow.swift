import ArgumentParser
import CPosix
import Experiments
import Studies
import Glibc

@main
struct Winnow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "winnow",
        abstract: "Runs sweeps of neural networks on your machines, and keeps the best checkpoint of every trial.",
        discussion: """
            An experiment file (YAML) says which data, which model, what to search and when to stop. A study is one run \
            of it: a folder with everything that came out.

              winnow run Examples/mnist.yaml                 train it on this machine, or continue where it stopped
              winnow results studies/mnist                   the table of its trials
              winnow status studies/mnist --watch            its state, while it runs
              winnow explain studies/mnist 3                 what happened to trial 3, and why
              winnow check my-experiment.yaml                check the file before anything is trained
              winnow data fetch mnist                        download a data set to where experiments find it

            Data go to standard output, messages to standard error. Exit codes: 0 all trials done; 1 failed; 2 finished, \
            but some trials failed; 64 usage; 65 bad input; 66 missing input; 69 coordinator or server unreachable; \
            71 port in use; 73 the study folder is another's or is locked; 74 disk; 75 interrupted, can be continued.
            """,
        version: Program.version,
        subcommands: [
            Run.self, CoordinatorCommand.self, WorkerCommand.self, StatusCommand.self, PauseCommand.self,
            UnpauseCommand.self, StopCommand.self, RetryCommand.self, Check.self, Results.self, Show.self,
            LogsCommand.self, Explain.self, Predict.self, Evaluate.self, ExportCommand.self,
            Compare.self, ReportCommand.self, JournalCommand.self, Replay.self, Rebuild.self, DataCommand.self,
            Keygen.self,
        ])

    static func main() {
        setUpProcess()
        var status = ArgumentParser.ExitCode.success
        do {
            try UnknownCommand.refuse(in: Array(CommandLine.arguments.dropFirst()), of: Winnow.self)
            var command = try parseAsRoot()
            do {
                try command.run()
            } catch  where !exitCode(for: error).isSuccess {
                throw Failure(error)
            }
        } catch let error as Failure {
            LogOptions.sayLast(error)
            status = ArgumentParser.ExitCode(error.code.rawValue)
        } catch  where exitCode(for: error).isSuccess {
            // Help, the version, a completion script.
            print(fullMessage(for: error))
        } catch {
            Self.exit(withError: error)
        }
        // Lost output is as bad as a failed trial, and less severe than other failures.
        if let failure = StandardOutput.finish(),
            status.isSuccess || status.rawValue == ExitStatus.someTrialsFailed.rawValue
        {
            LogOptions.sayLast(failure)
            status = ArgumentParser.ExitCode(failure.code.rawValue)
        }
        if !status.isSuccess { Self.exit(withError: status) }
    }

    /// Sets all state of the process that the libraries below rely on; they change none of it.
    ///
    /// It runs before any thread starts, so that all threads inherit the blocked signals.
    private static func setUpProcess() {
        // The loops read the signals that ask for the end from a descriptor; SIGPIPE is ignored.
        _ = winnow_block_termination()
        // A limit on the size of files is an error of `write`, and no reason to die.
        signal(SIGXFSZ, SIG_IGN)
        // A coordinator keeps a connection for every worker.
        winnow_raise_descriptor_limit()
    }
}

/// The program itself.
enum Program {
    static let version = "0.1.0"
}

/// Finds an unknown command on the command line, before the parser calls it an unexpected argument.
enum UnknownCommand {
    /// Names of commands in other programs.
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
                // The parser knows "help" only as the first word.
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

    private static func name(of command: any ParsableCommand.Type) -> String { command._commandName }

    private static func unknown(_ word: String, of command: String, known: [String]) -> Failure {
        var meant = Spelling.nearest(to: word, among: known)
        if let name = names[word], known.contains(name) { meant = name }
        let hint = meant.map { "did you mean \"\($0)\"?" } ?? "there are: \(known.joined(separator: ", "))"
        return Failure(.usage, "there is no command \"\(word)\" of \(command); \(hint)")
    }
}

/// Runs work that Ctrl-C may end at once, since it leaves nothing half done.
///
/// The program blocks termination signals from its start on, for the commands that read them from a descriptor.
enum Interruptible {
    static func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        var (signals, before) = (sigset_t(), sigset_t())
        winnow_termination_signals(&signals)
        pthread_sigmask(SIG_UNBLOCK, &signals, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }
}
