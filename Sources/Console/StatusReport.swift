package import Coordinator
import Experiments
package import Studies
package import StudyStore
internal import Schema

/// A study's state, from its coordinator or, without one, from its journal.
package struct StatusReport {
    package let study: String
    package let trials: PhaseCounts
    package let isPaused: Bool
    /// Nil if no coordinator is running, or none can be asked.
    package let running: CoordinatorStatus?
    /// Why the coordinator did not answer.
    package let trouble: String?

    /// The status of a coordinator.
    package init(_ folder: StudyFolder, _ status: CoordinatorStatus) {
        study = folder.path
        trials = status.trials
        isPaused = status.isPaused
        running = status
        trouble = nil
    }

    /// The state in a study's journal.
    ///
    /// - Parameter planned: how many trials its experiment asks for.
    package init(_ folder: StudyFolder, _ state: StudyState, planned: Int = 0, trouble: String? = nil) {
        study = folder.path
        var trials = state.counts
        trials.waiting += state.expectedTrials(planned: planned) - state.trials.count
        self.trials = trials
        isPaused = state.isPaused
        running = nil
        self.trouble = trouble
    }

    // MARK: For people

    /// - Parameter columns: the width of a line; nil for no limit.
    package func text(columns: Int?) -> String {
        var lines = [headline(), counts()]
        if let running {
            if running.checkpointBytes > 0 { lines.append("checkpoints: \(Figure.bytes(running.checkpointBytes))") }
            if let trouble = running.diskTrouble {
                lines.append("DISK TROUBLE: nothing is given out until this works again: \(trouble)")
            }
            lines += running.workers.compactMap { worker in
                worker.spoolTrouble.map {
                    "SPOOL TROUBLE: \(worker.worker) saves nothing, and ends no trial, until this works again: \($0)"
                }
            }
            lines += running.orphans.map {
                "trial \($0.id.trial) waits for its worker to come back, \(Figure.duration(max(0, $0.secondsLeft))) more"
            }
        }
        var text = lines.map { Wrapping.text($0, columns: columns, hanging: 2) + "\n" }.joined()
        if let running { text += "\n" + workers(running, columns: columns) }
        return text
    }

    private func headline() -> String {
        guard let running else {
            if let trouble { return "\(study): \(trouble)" }
            if trials.over == trials.all { return "\(study): finished" }
            return "\(study): no coordinator is at work here\(isPaused ? "; the study is paused" : "")"
        }
        let what =
            switch running.draining {
            case .finished: "finished, the workers are leaving"
            case .interrupted: "stopping, the workers save what they train"
            case nil: running.isPaused ? "paused" : "running"
            }
        return "\(study): \(what) (generation \(running.generation) of its coordinator)"
    }

    private func counts() -> String {
        let total = trials.all
        // Without a coordinator nothing runs, whatever the journal says.
        let word = running == nil ? "interrupted" : "running"
        var parts = ["\(trials.completed) completed"]
        if trials.pruned > 0 { parts.append("\(trials.pruned) pruned") }
        if trials.failed > 0 { parts.append("\(trials.failed) failed") }
        if trials.running > 0 { parts.append("\(trials.running) \(word)") }
        if trials.paused > 0 { parts.append("\(trials.paused) paused") }
        if trials.waiting > 0 { parts.append("\(trials.waiting) waiting") }
        return "\(total) trial\(total == 1 ? "" : "s"): \(parts.joined(separator: ", "))"
    }

    private func workers(_ status: CoordinatorStatus, columns: Int?) -> String {
        guard !status.workers.isEmpty else { return "no worker is connected\n" }
        // The most important columns come first: those that do not fit are left out from the end.
        let hasTags = status.workers.contains { !$0.tags.isEmpty }
        var table = TextTable(
            ["worker", "state", "trial", "epoch", "step", "silent", "slots", "host"] + (hasTags ? ["tags"] : []))
        for worker in status.workers {
            let own = [
                Figure.duration(worker.silentSeconds), "\(worker.slots - worker.freeSlots)/\(worker.slots)",
                worker.host,
            ]
            for (index, progress) in (worker.running.isEmpty ? [nil] : worker.running.map { $0 }).enumerated() {
                let isFirst = index == 0
                var row = isFirst ? [worker.worker, Self.state(worker)] : ["", ""]
                row += progress.map { ["\($0.id.trial)", "\($0.epoch)", Self.step($0)] } ?? ["", "", ""]
                row += isFirst ? own : ["", "", ""]
                if hasTags { row.append(isFirst ? worker.tags.joined(separator: ",") : "") }
                table.add(row)
            }
        }
        return table.text(columns: columns)
    }

    private static func state(_ worker: CoordinatorStatus.Worker) -> String {
        if worker.isSuspect { return worker.isDistrusted ? "suspect, distrusted" : "suspect" }
        if worker.isDistrusted { return "distrusted" }
        return worker.running.isEmpty ? "idle" : "training"
    }

    private static func step(_ progress: Progress) -> String {
        let step = progress.steps > 0 ? "\(progress.step)/\(progress.steps)" : ""
        return [progress.stage, step.isEmpty ? nil : step].compactMap { $0 }.joined(separator: " ")
    }

    // MARK: For programs

    package var json: JSONObject {
        JSONObject([
            "study": study, "state": state, "paused": isPaused, "generation": running?.generation,
            "diskTrouble": running?.diskTrouble,
            "trials": JSONObject([
                "waiting": trials.waiting, "running": trials.running, "paused": trials.paused,
                "completed": trials.completed, "pruned": trials.pruned, "failed": trials.failed,
            ]),
            "workers": running?.workers.map(Self.json) ?? [],
            "orphans": running?.orphans.map {
                JSONObject(["trial": $0.id.trial, "attempt": $0.id.attempt, "secondsLeft": $0.secondsLeft])
            } ?? [],
            "checkpointBytes": running?.checkpointBytes, "trouble": trouble,
        ])
    }

    /// `running`, `paused`, `stopping` or `finishing`; `at_rest` without a coordinator, `unknown` if it does not answer.
    private var state: String {
        guard let running else { return trouble == nil ? "at_rest" : "unknown" }
        return switch running.draining {
        case .finished: "finishing"
        case .interrupted: "stopping"
        case nil: isPaused ? "paused" : "running"
        }
    }

    private static func json(_ worker: CoordinatorStatus.Worker) -> JSONObject {
        JSONObject([
            "worker": worker.worker, "host": worker.host, "tags": worker.tags, "slots": worker.slots,
            "freeSlots": worker.freeSlots, "silentSeconds": worker.silentSeconds, "suspect": worker.isSuspect,
            "distrusted": worker.isDistrusted,
            "running": worker.running.map {
                JSONObject([
                    "trial": $0.id.trial, "attempt": $0.id.attempt, "epoch": $0.epoch, "step": $0.step,
                    "steps": $0.steps, "stage": $0.stage, "patienceLeft": $0.patienceLeft,
                ])
            }, "spoolTrouble": worker.spoolTrouble,
        ])
    }
}
