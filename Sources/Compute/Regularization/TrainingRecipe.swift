/// What training does to its batches beyond shuffling them: nothing, unless told.
public struct TrainingRecipe: Sendable {
    public var sampler: Sampler
    /// Whether an epoch leaves out the samples behind its last whole batch: others in each epoch, as their order is drawn
    /// anew.
    ///
    /// Source: `drop_last` of `torch.utils.data.DataLoader`.
    public var dropsLast: Bool
    public var disturbance: TargetDisturbance?
    /// Mixes each batch with itself, after the disturbance.
    public var mixing: Mixing?
    public var pseudoLabels: PseudoLabelling?

    public init(
        sampler: Sampler = .uniform, dropsLast: Bool = false, disturbance: TargetDisturbance? = nil,
        mixing: Mixing? = nil,
        pseudoLabels: PseudoLabelling? = nil
    ) {
        self.sampler = sampler
        self.dropsLast = dropsLast
        self.disturbance = disturbance
        self.mixing = mixing
        self.pseudoLabels = pseudoLabels
    }
}
