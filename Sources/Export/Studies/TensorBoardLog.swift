internal import Experiments
package import Studies
internal import TensorBoard

/// A study's curves as TensorBoard's event files: a folder for each trial, whose steps are epochs.
package enum TensorBoardLog {
    /// The folder's name and its file's bytes, for each trial that has epochs.
    package static func files(of state: StudyState) -> [(folder: String, bytes: [UInt8])] {
        state.trials.filter { !$0.history.isEmpty }.map { trial in
            let number = String(trial.number)
            let padded = String(repeating: "0", count: max(0, 5 - number.count)) + number
            let label = trial.assignment.elements.map { "\($0.path)=\($0.value)" }.joined(separator: " ")
            // TensorBoard calls a run by its folder.
            let name = ([padded] + (label.isEmpty ? [] : [label])).joined(separator: " ").map { $0 == "/" ? "|" : $0 }
            return (String(String(name).prefix(120)), bytes(of: trial))
        }
    }

    private static func bytes(of trial: TrialState) -> [UInt8] {
        let start = trial.started ?? 0
        var bytes = ScalarEvent.fileVersion(wallTime: start)
        for row in trial.history {
            var values = row.metrics.asDictionary
            if !row.learningRate.isNaN { values["learning_rate"] = row.learningRate }
            bytes += ScalarEvent(wallTime: start + row.elapsedSeconds, step: row.epoch, values: values).record()
        }
        if let outcome = trial.outcome, !outcome.testMetrics.isEmpty {
            let end = trial.finished ?? start + (trial.history.last?.elapsedSeconds ?? 0)
            bytes += ScalarEvent(
                wallTime: end, step: trial.history.count, values: outcome.testMetrics
            ).record()
        }
        return bytes
    }
}
