internal import Coordinator
internal import Experiments
internal import Schema
package import Studies

/// The records of a journal as lines, one after the other.
package struct JournalLines {
    private var study = StudyID.none
    private var table = MetricTable()

    package init() {}

    /// A line for people.
    package mutating func text(_ record: JournalRecord) -> String {
        note(record)
        let time = record.unix.map(UTCTime.text) ?? String(repeating: " ", count: UTCTime.text(0).count)
        return "\(time) \(words(record).oneLine())"
    }

    /// One JSON object, with the names of `records.proto`.
    package mutating func json(_ record: JournalRecord) -> String {
        note(record)
        guard case .epochFinished(var row) = record else { return record.json(of: study) }
        (row.named, row.metrics, row.values) = (row.metrics(table), [], [])
        return JournalRecord.epochFinished(row).json(of: study)
    }

    /// What the records before tell of those that follow.
    private mutating func note(_ record: JournalRecord) {
        switch record {
        case .studyCreated(let created): study = created.id
        case .epochFinished(let row): for name in row.orderedNames { table.register(name) }
        default: break
        }
    }

    /// What workers say of their errors may hold anything.
    private func words(_ record: JournalRecord) -> String {
        if let trial = record.trial, let words = TrialLogLine.words(record, table) { return "trial \(trial): \(words)" }
        return switch record {
        case .studyCreated(let body): "study \(body.id) was made by \(body.program)"
        case .decided(let body):
            switch body.decision {
            case .create(let created):
                "trial \(created.trial) is created\(body.reason.isEmpty ? "" : " (\(body.reason))"): "
                    + "\(created.assignment.elements.isEmpty ? "" : "\(created.assignment), ")seed \(created.seed)"
            default: "no further trial is created: \(body.reason)"
            }
        case .workerJoined(let body): "worker \(body.worker) joined"
        case .coordinatorStarted(let body):
            "a coordinator started: generation \(body.generation), \(body.program) on \(body.host)"
        case .studyPaused(let body): body.paused ? "the study was paused" : "the study went on"
        default: ""
        }
    }
}
