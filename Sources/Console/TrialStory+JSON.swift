package import Studies

/// A trial's story in `--json`; times are in seconds since 1970, UTC.
extension TrialStory {
    package var json: JSONObject {
        // Those outside any attempt.
        let notes = chapters.compactMap { if case .note(let note) = $0 { note.json } else { nil } }
        return JSONObject([
            "trial": trial.number, "state": trial.phase.rawValue, "studyCreated": studyCreated,
            "attempts": attempts.map(\.json), "notes": notes, "stopReason": trial.outcome?.stopReason.rawValue,
            "stopEpoch": trial.outcome?.stopEpoch, "error": trial.outcome?.error,
        ])
    }
}

extension TrialStory.Attempt {
    fileprivate var json: JSONObject {
        // `lost`, `hung`, ..., `completed` or `failed`; nil while it runs.
        let (end, detail): (String?, String?) =
            switch end {
            case .ended(let reason, let detail): (reason.rawValue, detail)
            case .finished(let outcome): (outcome.state.rawValue, outcome.error)
            case nil: (nil, nil)
            }
        let checkpoints = checkpoints.map {
            JSONObject(["kind": $0.kind.rawValue, "epoch": $0.epoch, "size": $0.size])
        }
        return JSONObject([
            "attempt": id.attempt, "worker": worker, "host": host, "generation": generation, "started": started,
            "fromEpoch": fromEpoch, "lastEpoch": lastEpoch, "supersededFrom": superseded?.lowerBound,
            "supersededTo": superseded?.upperBound, "checkpoints": checkpoints, "notes": notes.map(\.json), "end": end,
            "detail": detail, "signal": process?.signal,
            "memoryKiller": process.flatMap { $0.signal == nil ? nil : $0.isMemoryKill },
            "exitCode": process?.exitCode, "ended": ended,
        ])
    }
}

extension TrialStory.Note {
    fileprivate var json: JSONObject {
        switch kind {
        case .coordinatorStarted(let generation, let host):
            JSONObject(["kind": "coordinator_started", "generation": generation, "host": host, "time": unix])
        case .paused(let paused): JSONObject(["kind": paused ? "paused" : "unpaused", "time": unix])
        case .reopened: JSONObject(["kind": "reopened", "time": unix])
        case .retried: JSONObject(["kind": "retried", "time": unix])
        case .fileRemoved(let kind, let reason):
            JSONObject(["kind": "file_removed", "file": kind.rawValue, "reason": reason?.rawValue, "time": unix])
        }
    }
}
