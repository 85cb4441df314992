import Experiments

/// What helps where a regression's models predict worse than its mean does.
enum TargetScaleHint {
    /// Nil where a trial did better, or where the target is scaled already.
    static func text(_ experiment: Experiment, _ state: StudyState) -> String? {
        let isSearched = experiment.search.parameters.contains { $0.path == "data.scale_target" }
        guard experiment.data.task == .regression, !experiment.data.scaleTarget, !isSearched else { return nil }
        let scores = state.trials.compactMap { $0.outcome?.testMetrics["test_r2"] }.filter(\.isFinite)
        guard let best = scores.max(), best < 0 else { return nil }
        let scale: String
        switch experiment.data.scale {
        case .minMax, .standardize: scale = ""
        case .none, .normalize: scale = "data.scale: standardize and "
        }
        return
            "hint: no trial predicts better than the target's mean (test_r2 is below 0); the target is not scaled: try "
            + "\(scale)data.scale_target: true"
    }
}
