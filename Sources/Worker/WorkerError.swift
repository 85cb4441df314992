/// Why a worker cannot train a trial that it was given.
package enum WorkerError: Error, Hashable, CustomStringConvertible {
    /// The data here are not those that the study began with.
    case otherData(String)
    /// The checkpoint holds a model, but not what resuming needs.
    case notResumable(trial: Int)
    /// A checkpoint that is to label the unlabelled samples is none, or another model's.
    case teacher(String, String)
    /// No epoch can be kept: the monitored value was never a finite number.
    case nothingSelected(monitor: String, epochs: Int, last: Double, isTeacher: Bool)

    package var description: String {
        switch self {
        case .otherData(let source):
            "data.source \(source): the data on this machine are not those that the study began with"
        case .notResumable(let trial):
            "trial \(trial): its checkpoint has no optimizer state to go on from"
        case .nothingSelected(let monitor, let epochs, let last, let isTeacher):
            "train.select.monitor: \(monitor) of \(isTeacher ? "the teacher" : "the trial") was not a finite number in "
                + "\(epochs == 1 ? "its only epoch" : "any of its \(epochs) epochs") (\(last) in the last), so that there "
                + "is no model to keep and to test; monitor another metric, or see whether the validation part is too "
                + "small or its targets do not vary"
        case .teacher(let path, let reason):
            "pseudo_label.teacher: \(path): \(reason)"
        }
    }
}
