import ArgumentParser
import Experiments
import Foundation
import Glibc
import Studies
import StudyStore

/// How fast records become durable, and how long a study of so many epoch results takes to open.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Durable records per second, and the time to open a study again, in a folder that is then removed.")

    @Option(help: "Epoch results.")
    var results = 100_000

    @Option(help: "Records in each commit.")
    var group = 64

    @Option(help: "The folder in which the study is made; it must not exist.")
    var folder = "winnow-store-bench"

    func run() throws {
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw ValidationError("\(folder) exists; choose another with --folder")
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let study = StudyFolder(folder)
        let written = try time { try write(to: study) }
        print("written   \(results) epoch results, \(group) in a commit: \(written)")
        print("opened    \(try time { try open(study, replaying: results + 2 * max(1, results / 100)) })")
        let replayed = try Journal.openStudy(study).replayed
        print("snapshot written: \(time { replayed.writeSnapshot(in: study) })")
        print("the same with a snapshot: \(try time { try open(study, replaying: 0) })")
        let terms = StudyTerms(
            rule: SelectionRule(monitor: "validation_loss", goal: .minimize), epochs: 100, seeds: 1, sampler: .random)
        let provenance = Provenance(experiment: "", resolved: "")
        let file = try time {
            try AtomicFile.write(
                StudyFile.encode(state: replayed.state, terms: terms, provenance: provenance), to: study.studyFilePath)
        }
        print("study.h5 published: \(file)")
    }

    private func write(to study: StudyFolder) throws {
        let journal = try Journal.open(study) { _ in }
        let trials = max(1, results / 100)
        for trial in 0..<trials {
            journal.append(
                .trialCreated(.init(trial: trial, point: trial, replicate: 0, seed: UInt64(trial), assignment: [])))
            journal.append(
                .attemptStarted(
                    .init(id: AttemptID(trial: trial, attempt: 1), worker: "host-1-abcdef", fromEpoch: 0, unix: 1.7e9)))
        }
        try journal.commit()
        for index in 0..<results {
            var row = SampleMessages.result(trial: index % trials, epoch: index / trials + 1)
            // After the first row all metrics have numbers.
            if index > 0 {
                let metrics = row.named.sorted { $0.key < $1.key }
                (row.metrics, row.values, row.named) = (Array(metrics.indices), metrics.map(\.value), [:])
            }
            journal.append(.epochFinished(row))
            if index % group == group - 1 { try journal.commit() }
        }
        try journal.commit()
    }

    private func open(_ study: StudyFolder, replaying count: Int) throws {
        let replayed = try Journal.openStudy(study).replayed
        guard replayed.replayedRecords == count, replayed.state.trials.reduce(0, { $0 + $1.history.count }) == results
        else {
            throw ValidationError("the study that was opened is not the one that was written")
        }
    }

    /// By the clock, and of the processor: other programs only add to the first.
    private func time(_ body: () throws -> Void) rethrows -> String {
        let processor = Measurement.processorSeconds
        let elapsed = try ContinuousClock().measure { try body() }
        let seconds = Measurement.processorSeconds - processor
        let perSecond = Int(
            Double(results) / (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18))
        return "\(elapsed) by the clock, \(String(format: "%.3f", seconds)) s of the processor; \(perSecond)/s"
    }
}

/// The processor time of a piece of work, as the fastest of several rounds: the machine's other work only ever adds.
struct Measurement {
    let nanoseconds: Double

    /// - Parameter count: how often `body` runs in each round.
    init(rounds: Int = 5, count: Int, _ body: () throws -> Void) rethrows {
        var best = Double.infinity
        for _ in 0..<rounds {
            let start = Measurement.processorSeconds
            for _ in 0..<count { try body() }
            best = min(best, Measurement.processorSeconds - start)
        }
        nanoseconds = best * 1e9 / Double(count)
    }

    /// Of this thread.
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
