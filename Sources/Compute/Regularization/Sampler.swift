/// Which samples an epoch takes, and in which order; seed and epoch fix both.
public enum Sampler: String, Hashable, Sendable, CaseIterable {
    /// Every sample once.
    case uniform
    /// As many draws as there are samples, with replacement, a sample of class c with the weight 1 / n_c, where n_c is
    /// the number of samples of that class: every class is drawn equally often in the long run. For classes alone.
    ///
    /// Source: `torch.utils.data.WeightedRandomSampler`.
    case weighted
}
