import Experiments
package import Studies

/// A trial's story in sentences.
package struct Explanation {
    private let story: TrialStory
    private let columns: Int?
    private let begin: LocalTime

    /// - Parameter columns: the width of a line; nil for no limit.
    package init(_ story: TrialStory, columns: Int?) {
        self.story = story
        self.columns = columns
        begin = LocalTime(story.attempts.first?.started ?? story.studyCreated ?? 0)
    }

    package func text() -> String {
        let trial = story.trial
        var lines = [headline()]
        lines += trial.assignment.elements.map { wrapped("\($0.path): \($0.value)", 2) }
        if let created = story.studyCreated {
            lines.append(
                wrapped("the study was begun \(LocalTime(created).full); the trial's seed is \(trial.seed)", 2))
        }
        var last: Double?
        for chapter in story.chapters {
            switch chapter {
            case .attempt(let attempt):
                lines.append("")
                lines += paragraph(attempt, after: last)
                last = attempt.ended
            case .note(let note):
                lines.append("")
                lines.append(wrapped("\(time(note.unix)) \(words(note))", 0))
            }
        }
        lines.append("")
        lines.append(wrapped(conclusion(), 0))
        return lines.joined(separator: "\n") + "\n"
    }

    private func headline() -> String {
        let count = story.attempts.count
        let attempts = count == 0 ? "never started" : "\(count) attempt\(count == 1 ? "" : "s")"
        return wrapped("trial \(story.trial.number): \(story.trial.phase.rawValue), \(attempts)", 0)
    }

    // MARK: Attempts

    private func paragraph(_ attempt: TrialStory.Attempt, after last: Double?) -> [String] {
        let wait = last.map { attempt.started - $0 }.map { $0 >= 0 ? ", \(Figure.duration($0)) later" : "" } ?? ""
        var lines = [
            wrapped("attempt \(attempt.id.attempt) on \(attempt.worker): started \(time(attempt.started))\(wait)", 0)
        ]
        lines.append(wrapped(beginning(attempt), 2))
        lines.append(wrapped(work(attempt), 2))
        lines += attempt.notes.map { wrapped("\(time($0.unix)) \(words($0, whileRunning: true))", 2) }
        lines.append(wrapped(end(attempt), 2))
        return lines
    }

    private func beginning(_ attempt: TrialStory.Attempt) -> String {
        let start: String
        if attempt.fromEpoch > 0 {
            start = "went on after epoch \(attempt.fromEpoch), from its last checkpoint"
        } else if attempt.id.attempt == 1 {
            start = "began at epoch 1"
        } else if isSavedInFirstEpoch(before: attempt) {
            start = "went on within epoch 1, from its last checkpoint"
        } else {
            start = "began again at epoch 1: there was no checkpoint to go on from"
        }
        guard let superseded = attempt.superseded else { return start }
        return
            "\(start); \(epochs(superseded)) of before had not been saved, and \(superseded.count == 1 ? "was" : "were") "
            + "trained again"
    }

    /// Whether the newest checkpoint before the attempt was saved within the first epoch.
    private func isSavedInFirstEpoch(before attempt: TrialStory.Attempt) -> Bool {
        story.attempts.filter { $0.id.attempt < attempt.id.attempt }.flatMap(\.checkpoints).last { $0.kind == .last }?
            .epoch == 0
    }

    private func work(_ attempt: TrialStory.Attempt) -> String {
        var parts = [
            attempt.epochs > 0
                ? "finished \(epochs(attempt.fromEpoch + 1...attempt.lastEpoch))" : "finished no epoch"
        ]
        for kind in StoredFile.Kind.allCases {
            let files = attempt.checkpoints.filter { $0.kind == kind }
            guard let newest = files.last else { continue }
            let times = files.count == 1 ? "once" : "\(files.count) times"
            parts.append("stored \(kind.rawValue).h5 \(times), the newest of epoch \(newest.epoch)")
        }
        return parts.joined(separator: "; ")
    }

    private func end(_ attempt: TrialStory.Attempt) -> String {
        guard let end = attempt.end, let ended = attempt.ended else { return "it has not ended yet" }
        let when = "\(time(ended)), after \(Figure.duration(ended - attempt.started))"
        switch end {
        case .ended(let reason, let detail):
            let weight = reason.isFailure ? "; this counts as a failed attempt" : ""
            return "ended \(when) (\(Self.name(reason))): \(detail ?? Self.words(reason))\(weight)"
        case .finished(let outcome):
            if outcome.state == .completed { return "completed \(when)" }
            if outcome.state == .pruned { return "ended by the search \(when)" }
            // The reason follows at the end, unless the trial was retried.
            return "failed \(when)" + (outcome == story.trial.outcome ? "" : outcome.error.map { ": \($0)" } ?? "")
        }
    }

    private static func name(_ reason: JournalRecord.AttemptEnded.Reason) -> String {
        reason.rawValue.split(separator: "_").joined(separator: " ")
    }

    private static func words(_ reason: JournalRecord.AttemptEnded.Reason) -> String {
        switch reason {
        case .lost: "its worker died, or was not heard any more"
        case .hung: "its worker lived, but the training made no progress"
        case .undelivered: "the assignment never reached the worker"
        case .handedBack: "its worker saved it and gave it back, as it was told"
        case .orphaned: "the coordinator had been restarted, and the worker did not come back to it"
        case .revoked: "its worker was sent away, as its key had been revoked"
        }
    }

    // MARK: Beside them

    private func words(_ note: TrialStory.Note, whileRunning: Bool = false) -> String {
        switch note.kind {
        case .coordinatorStarted(let generation, let host):
            "a new coordinator (generation \(generation), on \(host)) took the study over"
                + (whileRunning ? "; the trial was still running" : "")
        case .paused(true): "the study was paused"
        case .paused(false): "the study went on after a pause"
        case .decided(let decision, let reason):
            Self.words(decision) + (reason.isEmpty ? "" : ": \(reason)")
        case .reopened: "the trial was opened again, since the experiment now asks for more epochs"
        case .retried: "the trial was let try again (winnow retry); failed attempts before this no longer count"
        case .fileRemoved(let kind, .budget): "\(kind.rawValue).h5 was removed, to keep within the checkpoints' budget"
        case .fileRemoved(let kind, .damaged): "\(kind.rawValue).h5 was given up: it was missing, or damaged"
        case .fileRemoved(let kind, .finished):
            "\(kind.rawValue).h5 was removed, since the trial was completed (checkpoint.keep_last: true keeps it)"
        case .fileRemoved(let kind, nil):
            "\(kind.rawValue).h5 was given up, for the checkpoints' budget or since it was damaged"
        }
    }

    private static func words(_ decision: Decision) -> String {
        switch decision {
        case .create: "the search created it"
        case .pause(_, let epoch): "the search has it pause after epoch \(epoch)"
        case .resume(_, let epoch?): "the search lets it go on to epoch \(epoch)"
        case .resume(_, nil): "the search lets it go on to its end"
        case .stop: "the search ended it"
        case .finish: "the search creates no further trial"
        }
    }

    private func conclusion() -> String {
        let trial = story.trial
        switch trial.phase {
        case .waiting:
            return trial.attempt == 0
                ? "It waits for its first worker."
                : "It waits for a worker, and will \(continuation(trial.last))."
        case .paused: return "It is paused, until the search decides on it."
        case .running: return "It is running on \(trial.worker), or was when the study was last worked on."
        case .completed:
            let why = (trial.outcome?.stopReason ?? .budget).words
            return "It is completed: trained to epoch \(trial.outcome?.stopEpoch ?? 0) (\(why))."
        case .pruned: return "It is pruned: the search ended it after epoch \(trial.outcome?.stopEpoch ?? 0)."
        case .failed:
            return
                "It failed after epoch \(trial.outcome?.stopEpoch ?? 0): \(trial.outcome?.error ?? "no reason was given")"
        }
    }

    private func continuation(_ last: StoredFile?) -> String {
        switch last?.epoch {
        case nil: "begin again at epoch 1"
        case 0: "go on within epoch 1"
        case .some(let epoch): "go on after epoch \(epoch)"
        }
    }

    private func epochs(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "epoch \(range.lowerBound)" : "epochs \(range.lowerBound) to \(range.upperBound)"
    }

    private func time(_ unix: Double) -> String { LocalTime(unix).text(after: begin) }

    private func wrapped(_ text: String, _ indent: Int) -> String {
        Wrapping.text(text, columns: columns, indent: indent, hanging: indent + 2)
    }
}

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
        case .decided(let decision, let reason):
            JSONObject([
                "kind": "decided", "decision": decision.name, "epoch": decision.epoch, "reason": reason, "time": unix,
            ])
        case .reopened: JSONObject(["kind": "reopened", "time": unix])
        case .retried: JSONObject(["kind": "retried", "time": unix])
        case .fileRemoved(let kind, let reason):
            JSONObject(["kind": "file_removed", "file": kind.rawValue, "reason": reason?.rawValue, "time": unix])
        }
    }
}

extension Decision {
    /// Its name in `--json`.
    fileprivate var name: String {
        switch self {
        case .create: "create"
        case .pause: "pause"
        case .resume: "resume"
        case .stop: "stop"
        case .finish: "finish"
        }
    }

    /// The epoch after which the trial pauses.
    fileprivate var epoch: Int? {
        switch self {
        case .pause(_, let epoch): epoch
        case .resume(_, let epoch): epoch
        case .create, .stop, .finish: nil
        }
    }
}
