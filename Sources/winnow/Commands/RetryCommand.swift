import ArgumentParser
import Coordinator
import Experiments
import Studies
import StudyStore
import Schema

struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Retries failed trials from their last checkpoint.",
        discussion: """
            A running study starts them at once; otherwise they start when the study is run again. Their history stays \
            (winnow explain), but the failed attempts no longer count.

            Example: winnow retry studies/mnist
            Example: winnow retry studies/mnist 3 17
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Argument(help: "The trials' numbers. (default: all that have failed)")
    var trials: [Int] = []

    func run() throws {
        try Interruptible.run {
            let folder = StudyFolder(study)
            let reader = try StudyReader(folder)
            let chosen = try choose(from: reader.state)
            guard !chosen.isEmpty else {
                return Terminal.errors.line("\(folder.path): no trial has failed, there is nothing to try again")
            }
            do {
                try tell(chosen, folder)
            } catch ControlError.nobody {
                try record(chosen, reader)
            }
        }
    }

    /// - Throws: ``Failure`` for a trial that has not failed.
    private func choose(from state: StudyState) throws -> [Int] {
        let failed = state.trials.filter { $0.phase == .failed }.map(\.number)
        guard !trials.isEmpty else { return failed }
        for number in trials where !failed.contains(number) {
            guard state.trials.indices.contains(number) else {
                throw Failure(
                    .usage, "\(study): there is no trial \(number); they are numbered 0 to \(state.trials.count - 1)")
            }
            throw Failure(
                .usage,
                "\(study): trial \(number) is \(state.trials[number].phase.rawValue); only failed ones are tried again"
                    + (failed.isEmpty ? ", and none has failed" : ", which are \(Self.list(failed))"))
        }
        return Set(trials).sorted()
    }

    private func tell(_ chosen: [Int], _ folder: StudyFolder) throws {
        let client = try ControlClient(folder)
        for start in stride(from: 0, to: chosen.count, by: ControlRequest.mostTrials) {
            let piece = Array(chosen[start..<min(start + ControlRequest.mostTrials, chosen.count)])
            _ = try client.ask(ControlRequest(.retry, trials: piece))
        }
        Terminal.errors.line("\(folder.path): its coordinator tries again: \(Self.words(chosen))")
    }

    private func record(_ chosen: [Int], _ reader: StudyReader) throws {
        let folder = reader.folder
        let experiment = try ExperimentFile(text: reader.resolved, name: folder.resolvedPath).experiment
        let retry = try StudyRetry(
            folder, trials: chosen, terms: StudyTerms(experiment),
            provenance: Provenance(experiment: reader.experiment, resolved: reader.resolved),
            unix: StudyClock().now.unix)
        Terminal.errors.line(
            "\(folder.path): to be tried again: \(Self.words(retry.trials)); the command that began the study goes on with it"
        )
    }

    private static func words(_ trials: [Int]) -> String { "trial\(trials.count == 1 ? "" : "s") \(list(trials))" }

    /// The first twenty numbers.
    private static func list(_ trials: [Int]) -> String {
        trials.prefix(20).map(String.init).joined(separator: ", ")
            + (trials.count > 20 ? " and \(trials.count - 20) more" : "")
    }
}
