/// What the trials of a study are judged by, as the study's experiment file says it.
package struct StudyTerms: Hashable, Sendable {
    /// Which epoch of a trial is kept, and which way the monitored value gets better.
    package let rule: SelectionRule
    /// The budget: the most epochs that a trial is trained.
    package let epochs: Int
    /// Trials of each point.
    package let seeds: Int
    /// How the points were found: the first point of a grid is a baseline, the first of many draws is none.
    package let sampler: SearchDescription.Sampler

    package init(rule: SelectionRule, epochs: Int, seeds: Int, sampler: SearchDescription.Sampler) {
        self.rule = rule
        self.epochs = epochs
        self.seeds = seeds
        self.sampler = sampler
    }

    package init(_ experiment: Experiment) {
        self.init(
            rule: experiment.train.select, epochs: experiment.train.epochs, seeds: experiment.search.seeds,
            sampler: experiment.search.sampler)
    }
}

extension TrialState {
    /// Whether a completed trial was trained for another budget than `epochs`, so that it cannot be compared with the
    /// trials of that budget.
    ///
    /// A trial that used its budget up had as many epochs as it was trained for. One that early stopping ended goes the
    /// same way under every budget that is not below its last epoch.
    package func hasOtherBudget(than epochs: Int) -> Bool {
        guard phase == .completed, let outcome else { return false }
        return outcome.stopReason == .earlyStopping ? outcome.stopEpoch > epochs : outcome.stopEpoch != epochs
    }

    /// The monitored value by which the trial is compared: of its selected epoch, where the trial is completed within
    /// the study's budget and has a finite one.
    package func judgedValue(_ terms: StudyTerms) -> Double? {
        guard phase == .completed, !hasOtherBudget(than: terms.epochs) else { return nil }
        return selection(terms.rule)?.value
    }
}
