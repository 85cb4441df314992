import ArgumentParser
import Console
import Coordinator
import Experiments
import Glibc
import StudyStore
import Schema

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the state of a study: its trials, its workers, and what they are doing.",
        discussion: """
            It asks the coordinator through the socket `control` in the study's folder, so call it on the coordinator's \
            machine. Without a coordinator, the status is read from the journal.

            Example: winnow status studies/mnist --watch
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Flag(help: "One JSON document instead of text.")
    var json = false

    @Flag(help: "Refreshes the display each second, until Ctrl-C; on a terminal only.")
    var watch = false

    func validate() throws {
        guard !(watch && json) else { throw ValidationError("--watch draws on a terminal; with --json, ask again") }
    }

    func run() throws {
        let folder = StudyFolder(study)
        guard watch else {
            let report = try Self.report(folder)
            print(
                json ? try report.json.text() : report.text(columns: Terminal.output.columns),
                terminator: "")
            return
        }
        guard Terminal.output.isInteractive else {
            throw Failure(
                .usage, "--watch draws on a terminal, and standard output is none; leave it out, or use --json")
        }
        try Interruptible.run { try draw(folder) }
    }

    /// Draws over the last display, and erases what remains of it.
    private func draw(_ folder: StudyFolder) throws {
        Terminal.output.write("\u{1B}[2J")
        while true {
            let report = try Self.report(folder)
            let lines = report.text(columns: Terminal.output.columns).split(
                separator: "\n", omittingEmptySubsequences: false)
            let shown = lines.prefix(max(1, (Terminal.output.rows ?? 24) - 1))
            Terminal.output.write("\u{1B}[H" + shown.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
            guard report.running != nil else { return }
            sleep(1)
        }
    }

    /// - Throws: if the folder is not a study.
    static func report(_ folder: StudyFolder) throws -> StatusReport {
        do {
            if case .status(let status) = try ControlClient(folder).ask(.status) { return StatusReport(folder, status) }
            throw ControlError.misunderstood(folder: folder.path, reason: "no status")
        } catch ControlError.nobody {
            return try atRest(folder)
        } catch let error as ControlError {
            switch error {
            case .system(_, _, ENOENT), .system(_, _, ENOTDIR): throw StudyStoreError(.noStudy, path: folder.path)
            case .system(_, _, EACCES):
                return try atRest(folder, trouble: "its coordinator belongs to another user, who alone can ask it")
            default: throw error
            }
        }
    }

    /// What the folder says.
    private static func atRest(_ folder: StudyFolder, trouble: String? = nil) throws -> StatusReport {
        let reader = try StudyReader(folder)
        let experiment = try ExperimentFile(text: reader.resolved, name: folder.resolvedPath).experiment
        return StatusReport(folder, reader.state, planned: experiment.search.trials, trouble: trouble)
    }
}
