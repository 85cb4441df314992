import Experiments
import Console
import Studies
import StudyStore

/// The documents of `--json`.
extension StudyResults {
    /// The selected point and all trials, without their history.
    func json() throws -> String {
        let point = ranking.winner.map {
            JSONObject(["point": $0.point, "mean": $0.mean, "count": $0.count, "trials": $0.trials])
        }
        return try JSONObject([
            "study": folder.path, "monitor": rule.monitor, "goal": rule.goal.rawValue, "epochs": terms.epochs,
            "selectedTrial": winner?.number, "selectedPoint": point,
            "trials": trials.map { json(of: $0, withHistory: false) },
        ]).text()
    }

    /// One trial; its history includes the confusion matrices of the selected epoch.
    func json(of trial: TrialState, withHistory: Bool) -> JSONObject {
        let (outcome, best, standing) = (trial.outcome, trial.selection(rule), standing(of: trial))
        let model = ModelFile(trial, in: folder)
        let confusion = withHistory ? outcome?.confusion?.mapValues(Self.json) : nil
        let history = withHistory ? trial.history.map(Self.json) : nil
        let isSelected = trial.number == winner?.number
        let worker = trial.worker.isEmpty ? nil : trial.worker
        return JSONObject([
            "trial": trial.number, "state": trial.phase.rawValue, "point": trial.point,
            "replicate": trial.replicate,
            // Over the trials of its point that count.
            "pointMean": standing?.mean, "pointCount": standing?.count ?? 0, "selected": isSelected,
            "otherBudget": trial.hasOtherBudget(than: terms.epochs), "seed": trial.seed,
            "parameters": trial.assignment.json, "attempts": trial.attempt, "worker": worker,
            "epochs": trial.history.count, "bestEpoch": best?.epoch, "bestValue": best?.value,
            "stopReason": outcome?.stopReason.rawValue, "stopEpoch": outcome?.stopEpoch,
            "wouldHaveStoppedAt": outcome?.wouldHaveStoppedAt, "testMetrics": outcome?.testMetrics ?? [:],
            "confusion": confusion, "pseudoLabels": outcome?.pseudoLabels,
            "trainingSeconds": trial.history.last?.elapsedSeconds, "checkpoint": model.path,
            "checkpointState": model.state, "error": outcome?.error, "history": history,
        ])
    }

    /// The counts have a row for each true class.
    private static func json(_ matrix: ConfusionMatrix) -> JSONObject {
        let indices = matrix.classes.indices
        return JSONObject([
            "classes": matrix.classes, "counts": indices.map { row in indices.map { matrix[row, $0] } },
        ])
    }

    private static func json(_ row: EpochResult) -> JSONObject {
        JSONObject([
            "epoch": row.epoch, "attempt": row.id.attempt, "metrics": row.metrics.asDictionary,
            "learningRate": row.learningRate,
            "elapsedSeconds": row.elapsedSeconds,
        ])
    }
}
