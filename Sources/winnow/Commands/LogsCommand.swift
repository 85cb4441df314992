import ArgumentParser
import Console
import Coordinator
import Foundation
import Glibc
import Studies
import StudyStore

struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Prints what a trial's program has written to its standard output and error.",
        discussion: """
            The newest 8 to 16 MB are kept.

            Example: winnow logs studies/digits 3 --follow
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Argument(help: "The trial's number, or best for the selected one.")
    var trial: TrialArgument

    @Flag(name: [.customShort("f"), .long], help: "Goes on printing until the trial is over.")
    var follow = false

    func run() throws {
        try Interruptible.run {
            let folder = StudyFolder(study)
            let results = try StudyResults(StudyReader(folder))
            let trial = try trial.number(in: results)
            show(folder.previousOutputPath(trial: trial), from: 0)
            let path = folder.outputPath(trial: trial)
            var shown = show(path, from: 0)
            var isOver = results.trials[trial].isOver
            var naps = 0
            while follow, !isOver {
                usleep(200_000)
                naps += 1
                // A long study takes a while to read. Read before: what came before the trial's end is printed.
                if naps % 5 == 0 { isOver = try StudyReader(folder).state.trials[trial].isOver }
                let size = ((try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int) ?? 0
                if size < shown { shown = 0 }
                shown += show(path, from: shown)
            }
            if shown == 0, !follow { Terminal.errors.line("trial \(trial) has written nothing") }
        }
    }

    /// - Returns: how many bytes were printed.
    @discardableResult
    private func show(_ path: String, from offset: Int) -> Int {
        var count = 0
        while let bytes = try? StoredBytes.read(path, from: offset + count, count: 1 << 20), !bytes.isEmpty {
            FileHandle.standardOutput.write(Data(bytes))
            count += bytes.count
        }
        return count
    }
}
