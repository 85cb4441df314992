package import Experiments

/// A trial's story as `--json` gives it; times are in seconds since 1970, UTC.
package struct ExplanationDocument: Encodable, Sendable {
    package struct Attempt: Encodable, Sendable {
        var attempt: Int
        var worker: String
        var host: String?
        var generation: Int?
        var started: Double
        var fromEpoch: Int
        var lastEpoch: Int
        var supersededFrom: Int?
        var supersededTo: Int?
        var checkpoints: [Checkpoint]
        var notes: [Note]
        /// `lost`, `hung`, ..., `completed` or `failed`; nil while it runs.
        var end: String?
        var detail: String?
        /// How the worker's process ended, where that is known.
        var signal: Int?
        var memoryKiller: Bool?
        var exitCode: Int?
        var ended: Double?
    }

    package struct Checkpoint: Encodable, Sendable {
        var kind: String
        var epoch: Int
        var size: Int
    }

    package struct Note: Encodable, Sendable {
        /// `coordinator_started`, `paused`, `unpaused`, `reopened`, `retried` or `file_removed`.
        var kind: String
        var generation: Int?
        var host: String?
        var file: String?
        /// Why a file was removed: `budget`, `damaged` or `finished`.
        var reason: String?
        var time: Double
    }

    var trial: Int
    var state: String
    var studyCreated: Double?
    var attempts: [Attempt]
    /// Those outside any attempt.
    var notes: [Note]
    var stopReason: String?
    var stopEpoch: Int?
    var error: String?

    package init(_ story: TrialStory) {
        trial = story.trial.number
        state = story.trial.phase.rawValue
        studyCreated = story.studyCreated
        attempts = story.attempts.map(Self.attempt)
        notes = story.chapters.compactMap { if case .note(let note) = $0 { Self.note(note) } else { nil } }
        stopReason = story.trial.outcome?.stopReason.rawValue
        stopEpoch = story.trial.outcome?.stopEpoch
        error = story.trial.outcome?.error
    }

    private static func attempt(_ attempt: TrialStory.Attempt) -> Attempt {
        let (end, detail): (String?, String?) =
            switch attempt.end {
            case .ended(let reason, let detail): (reason.rawValue, detail)
            case .finished(let outcome): (outcome.state.rawValue, outcome.error)
            case nil: (nil, nil)
            }
        return Attempt(
            attempt: attempt.id.attempt, worker: attempt.worker, host: attempt.host, generation: attempt.generation,
            started: attempt.started, fromEpoch: attempt.fromEpoch, lastEpoch: attempt.lastEpoch,
            supersededFrom: attempt.superseded?.lowerBound, supersededTo: attempt.superseded?.upperBound,
            checkpoints: attempt.checkpoints.map { .init(kind: $0.kind.rawValue, epoch: $0.epoch, size: $0.size) },
            notes: attempt.notes.map(note), end: end, detail: detail, signal: attempt.process?.signal,
            memoryKiller: attempt.process.flatMap { $0.signal == nil ? nil : $0.isMemoryKill },
            exitCode: attempt.process?.exitCode, ended: attempt.ended)
    }

    private static func note(_ note: TrialStory.Note) -> Note {
        switch note.kind {
        case .coordinatorStarted(let generation, let host):
            Note(kind: "coordinator_started", generation: generation, host: host, time: note.unix)
        case .paused(let paused): Note(kind: paused ? "paused" : "unpaused", time: note.unix)
        case .reopened: Note(kind: "reopened", time: note.unix)
        case .retried: Note(kind: "retried", time: note.unix)
        case .fileRemoved(let kind, let reason):
            Note(kind: "file_removed", file: kind.rawValue, reason: reason?.rawValue, time: note.unix)
        }
    }
}
