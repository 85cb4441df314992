extension StudyState {
    /// The study's points, ranked by the mean of the monitored value.
    package func ranking(_ terms: StudyTerms) -> PointRanking { PointRanking(trials, terms) }

    /// The trial that stands for the selected point: the best of its trials. Nil where no completed trial has a value.
    package func winner(_ terms: StudyTerms) -> TrialState? {
        ranking(terms).winner?.best.map { trials[$0] }
    }
}
