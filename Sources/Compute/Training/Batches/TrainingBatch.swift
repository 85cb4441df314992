/// All that one step of training takes, filled again and again.
final class TrainingBatch {
    let labelled: SampleBatch
    /// Nil where training has no unlabelled samples.
    let unlabelled: SampleBatch?
    /// The step that it was filled for, counted over all epochs from 0.
    var step: Int?
    /// How many labels a disturbance left as they were.
    var keptLabels = 0

    init(labelled: SampleBatch, unlabelled: SampleBatch?) {
        self.labelled = labelled
        self.unlabelled = unlabelled
    }
}
