/// Why a worker cannot train a trial that it was given.
package enum WorkerError: Error, Hashable, CustomStringConvertible {
    /// The data here are not those that the study began with.
    case otherData(String)
    /// The checkpoint holds a model, but not what resuming needs.
    case notResumable(trial: Int)
    /// A checkpoint that is to label the unlabelled samples is none, or another model's.
    case teacher(String, String)

    package var description: String {
        switch self {
        case .otherData(let source):
            "data.source \(source): the data on this machine are not those that the study began with"
        case .notResumable(let trial):
            "trial \(trial): its checkpoint has no optimizer state to go on from"
        case .teacher(let path, let reason):
            "pseudo_label.teacher: \(path): \(reason)"
        }
    }
}
