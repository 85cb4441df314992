/// The `checkpoint` section: how much work a crash may cost.
package struct CheckpointDescription: Hashable, Sendable {
    /// Training time between two checkpoints of a running trial.
    package let every: Duration
}

extension CheckpointDescription {
    init(reading section: Section) throws(ExperimentError) {
        every = try section.duration("every", default: .seconds(30))
    }
}
