/// What training does to its batches beyond shuffling them: nothing, unless told.
public struct TrainingRecipe: Sendable {
    public var sampler: Sampler
    public var disturbance: TargetDisturbance?
    /// Mixes each batch with itself, after the disturbance.
    public var mixing: Mixing?
    public var pseudoLabels: PseudoLabelling?

    public init(
        sampler: Sampler = .uniform, disturbance: TargetDisturbance? = nil, mixing: Mixing? = nil,
        pseudoLabels: PseudoLabelling? = nil
    ) {
        self.sampler = sampler
        self.disturbance = disturbance
        self.mixing = mixing
        self.pseudoLabels = pseudoLabels
    }
}
