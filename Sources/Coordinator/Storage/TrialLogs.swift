import Experiments
package import Studies
import Files
import Hashing
import Glibc
package import StudyStore
import Synchronization

/// Keeps each trial's `log.txt`: what was recorded of it, one line each, for people.
///
/// The records are noted in the coordinator's thread, which costs an append; a queue of its own makes lines of them and
/// writes them within five seconds. The journal is the truth: what the disk has no room for is left out here, and
/// said once.
package final class TrialLogs: Sendable {
    /// A record of one trial, and when it was made.
    private struct Note {
        var record: JournalRecord
        var unix: Double
    }

    private struct State {
        var notes: [Note] = []
        /// The numbers of the study's metrics.
        var table: MetricTable
        var dropped = 0
        var lastFlush = ContinuousClock.now
        var trouble: String?
        var hasComplained = false
        /// Bytes of programs' output that are still to be written.
        var waitingOutput = 0
    }

    /// Notes that may wait for a slow disk; more are left out, and counted.
    private static let mostNotes = 1_000_000
    private static let interval = Duration.seconds(5)

    private let folder: StudyFolder
    private let state: Mutex<State>
    private let queue = BackgroundQueue(label: "winnow.trial-logs")

    /// - Parameter table: the numbers that the study's metrics have so far.
    package init(_ folder: StudyFolder, _ table: MetricTable = MetricTable()) {
        self.folder = folder
        state = Mutex(State(table: table))
    }

    package func note(_ record: JournalRecord, unix: Double) {
        guard TrialLogLine.trial(of: record) != nil else { return }
        state.withLock { state in
            if case .epochFinished(let row) = record {
                for name in row.named.keys.sorted() { state.table.register(name) }
            }
            guard state.notes.count < Self.mostNotes else { return state.dropped += 1 }
            state.notes.append(Note(record: record, unix: unix))
        }
    }

    /// Writes what has come, if the last time is five seconds ago.
    package func flushIfDue() {
        let isDue = state.withLock { state in
            guard !state.notes.isEmpty, .now - state.lastFlush >= Self.interval else { return false }
            state.lastFlush = .now
            return true
        }
        if isDue {
            queue.async { self.write() }
        }
    }

    /// Writes all that has come, and returns when it is written.
    package func flush() {
        queue.sync { write() }
    }

    /// Why lines had to be left out, the first time that it is asked after they were.
    package func drainComplaint() -> String? {
        state.withLock { state in
            guard let trouble = state.trouble, !state.hasComplained else { return nil }
            state.hasComplained = true
            return trouble
        }
    }

    private func write() {
        let (notes, dropped, table) = state.withLock { state in
            defer { (state.notes, state.dropped) = ([], 0) }
            return (state.notes, state.dropped, state.table)
        }
        do {
            try folder.check()
        } catch {
            return complain(error.description)
        }
        if dropped > 0 {
            complain("\(dropped) lines came faster than they could be written")
        }
        for (trial, notes) in Dictionary(grouping: notes, by: { TrialLogLine.trial(of: $0.record)! }) {
            let text = Array(notes.map { TrialLogLine.text($0.record, unix: $0.unix, table) + "\n" }.joined().utf8)
            do {
                try append(text, to: folder.logPath(trial: trial), ofTrial: trial)
            } catch {
                complain(error.description)
            }
        }
    }

    // MARK: Programs' output

    /// What waits for a slow disk at the most.
    private static let mostWaiting = 64 << 20
    /// A file that is longer goes on in a new one, and the one before it is given up.
    private static let longestOutput = 8 << 20

    /// Adds to a trial's `output.txt`.
    func add(output bytes: [UInt8], of id: AttemptID) {
        let isTaken = state.withLock { state in
            guard state.waitingOutput + bytes.count <= Self.mostWaiting else { return false }
            state.waitingOutput += bytes.count
            return true
        }
        guard isTaken else { return complain("a program writes faster than the disk") }
        queue.async { [self] in
            state.withLock { $0.waitingOutput -= bytes.count }
            do throws(StudyStoreError) {
                try folder.check()
                let path = folder.outputPath(trial: id.trial)
                if let size = Folder<StudyStoreError>.size(ofFile: path), size + bytes.count > Self.longestOutput {
                    try Folder<StudyStoreError>.rename(path, to: folder.previousOutputPath(trial: id.trial))
                }
                try append(bytes, to: path, ofTrial: id.trial)
            } catch {
                complain(error.description)
            }
        }
    }

    /// Keeps a list of packages under the name that ``StudyFolder/packagesPath(sha256:)`` gives it.
    func add(packages list: [UInt8]) {
        queue.async { [self] in
            do throws(StudyStoreError) {
                try folder.check()
                let path = folder.packagesPath(sha256: SHA256Digest.hexadecimal(of: list))
                guard Folder<StudyStoreError>.size(ofFile: path) != list.count else { return }
                try Folder<StudyStoreError>.create(Folder<StudyStoreError>.parent(of: path), durably: false)
                try OpenFile<StudyStoreError>(path, O_WRONLY | O_CREAT | O_TRUNC).write(list, at: 0)
            } catch {
                complain(error.description)
            }
        }
    }

    private func complain(_ trouble: String) {
        state.withLock { $0.trouble = trouble }
    }

    /// The folder is made where it turns out to be missing: it need not be asked for each time.
    private func append(_ bytes: [UInt8], to path: String, ofTrial trial: Int) throws(StudyStoreError) {
        do {
            try append(bytes, to: path)
        } catch  where error.systemError == ENOENT {
            try folder.createTrialFolder(trial)
            try append(bytes, to: path)
        }
    }

    /// All of it or nothing, as far as that can be had: half a line would spoil the next one.
    private func append(_ bytes: [UInt8], to path: String) throws(StudyStoreError) {
        let file = try OpenFile<StudyStoreError>(path, O_WRONLY | O_CREAT)
        let size = try file.size()
        do {
            try file.write(bytes, at: size)
        } catch {
            try? file.truncate(to: size)
            throw error
        }
    }
}

extension StudyFolder {
    /// The packages that programs found on workers whose provenance names this digest.
    package func packagesPath(sha256: String) -> String { "\(root)/environments/\(sha256).txt" }
    /// What happened to a trial, for people.
    package func logPath(trial: Int) -> String { "\(trialFolder(trial))/log.txt" }

    /// What a trial's program has written.
    package func outputPath(trial: Int) -> String { "\(trialFolder(trial))/output.txt" }

    /// What it wrote before that, where it has written much.
    package func previousOutputPath(trial: Int) -> String { "\(trialFolder(trial))/output.previous.txt" }
}

/// The lines of a trial's `log.txt`.
package enum TrialLogLine {
    /// The trial in whose log a record stands; nil for those that have no line.
    static func trial(of record: JournalRecord) -> Int? {
        if case .decided(let body) = record { body.decision.loggedTrial } else { record.trial }
    }

    /// The line without its time; nil where the record has none.
    package static func words(_ record: JournalRecord, _ table: MetricTable) -> String? {
        trial(of: record) == nil ? nil : sentence(record, table)
    }

    /// - Parameters:
    ///   - unix: seconds since 1970, for records that have no time of their own.
    ///   - table: the numbers of the study's metrics.
    package static func text(_ record: JournalRecord, unix: Double, _ table: MetricTable = MetricTable()) -> String {
        "\(UTCTime.text(unix)) \(oneLine(sentence(record, table)))"
    }

    /// What workers say of their errors may hold anything.
    private static func oneLine(_ text: String) -> String {
        let isClean = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
        return isClean
            ? text : String(text.map { $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } ? $0 : " " })
    }

    private static func sentence(_ record: JournalRecord, _ table: MetricTable) -> String {
        switch record {
        case .attemptStarted(let body):
            let place =
                body.fromEpoch > 0
                ? "goes on after epoch \(body.fromEpoch), from its checkpoint" : "begins at epoch 1"
            return "attempt \(body.id.attempt) on \(body.worker) \(place)"
        case .epochFinished(let body):
            let rate = body.learningRate.map { " learning_rate \($0)" } ?? ""
            return "epoch \(body.epoch): \(metrics(body.metrics(table)))\(rate) "
                + "elapsed_s \((body.elapsedSeconds * 1000).rounded() / 1000)"
        case .fileStored(let body):
            return "\(body.file.kind.rawValue).h5 of epoch \(body.file.epoch) is stored (\(body.file.size) bytes)"
        case .fileRemoved(let body):
            return "\(body.kind.rawValue).h5 is removed: \(words(body.reason))"
        case .attemptEnded(let body):
            return "attempt \(body.id.attempt) ends (\(body.reason.rawValue)): \(body.detail ?? body.reason.sentence)"
        case .trialFinished(let body):
            return finished(body.outcome)
        case .trialReopened:
            return "goes on: the experiment now asks for more epochs"
        case .trialRetried:
            return "is let try again: winnow retry"
        case .decided(let body):
            return "is to \(body.decision.words)" + (body.reason.isEmpty ? "" : ": \(body.reason)")
        case .studyCreated, .workerJoined, .coordinatorStarted, .studyPaused:
            return ""
        }
    }

    private static func words(_ reason: JournalRecord.FileRemoved.Reason?) -> String {
        switch reason {
        case .budget: "the checkpoints' budget is used up"
        case .damaged: "it is missing, or damaged"
        case .finished: "the trial is completed, and checkpoint.keep_last is not set"
        case nil: "it was given up"
        }
    }

    private static func finished(_ outcome: TrialOutcome) -> String {
        if outcome.state == .failed {
            return "failed after epoch \(outcome.stopEpoch): \(outcome.error ?? "no reason was given")"
        }
        let why = outcome.stopReason.words
        let test = outcome.testMetrics.isEmpty ? "" : ": \(metrics(outcome.testMetrics))"
        return "completed after epoch \(outcome.stopEpoch) (\(why))\(test)"
    }

    private static func metrics(_ metrics: [String: Double]) -> String {
        metrics.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " ")
    }
}

extension JournalRecord.AttemptEnded.Reason {
    /// Why the attempt is over, for a person.
    package var sentence: String {
        switch self {
        case .lost: "its worker was lost"
        case .hung: "it made no progress"
        case .undelivered: "it never reached its worker"
        case .handedBack: "its worker saved it and gave it back"
        case .orphaned: "its worker did not come back to the new coordinator"
        case .revoked: "its worker's key was revoked"
        }
    }
}

extension Decision {
    /// The trial in whose log it stands; nil for those that its first attempt tells of, and for all that is about none.
    fileprivate var loggedTrial: Int? {
        switch self {
        case .pause, .resume, .stop: trial
        case .create, .finish: nil
        }
    }

    fileprivate var words: String {
        switch self {
        case .create: "begin"
        case .finish: "be the last"
        case .pause(_, let epoch): "pause after epoch \(epoch)"
        case .resume(_, let until): "go on" + (until.map { " to epoch \($0)" } ?? "")
        case .stop: "stop with the epochs that it has"
        }
    }
}
