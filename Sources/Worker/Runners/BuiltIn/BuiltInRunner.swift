/// Runs trials with Winnow's own training.
package struct BuiltInRunner: TrialRunner {
    private let cache: DataCache
    private let progressInterval: Duration
    private let shareOfSaving: Double

    /// - Parameters:
    ///   - progressInterval: how often it reports how far it is; every step where it is zero.
    ///   - shareOfSaving: of the time, that checkpoints may take.
    package init(
        _ cache: DataCache, progressInterval: Duration = .milliseconds(250), shareOfSaving: Double = 0.05
    ) {
        self.cache = cache
        self.progressInterval = progressInterval
        self.shareOfSaving = shareOfSaving
    }

    package func run(_ attempt: TrialAttempt, control: RunControl, report: @escaping (RunnerEvent) -> Void) {
        TrainingRun.perform(
            attempt, cache: cache, control: control, progressInterval: progressInterval, shareOfSaving: shareOfSaving,
            report: report)
    }
}
