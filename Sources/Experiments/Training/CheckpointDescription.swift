/// The `checkpoint` section: how much work a crash may cost, and how much room its prevention may take.
package struct CheckpointDescription: Hashable, Sendable {
    /// Training time between two checkpoints of a running trial.
    package let every: Duration
    /// Bytes that all checkpoints of the study may take together; nil where there is no bound.
    package let budget: Int?
    /// Whether the `last.h5` of a completed trial stays, so that a larger budget of epochs goes on from it.
    package let keepLast: Bool
}

extension CheckpointDescription {
    init(reading section: Section) throws(ExperimentError) {
        every = try section.duration("every", default: .seconds(30))
        budget = try section.byteCountUnlessNone("budget")
        keepLast = try section.bool("keep_last", default: false)
    }
}
