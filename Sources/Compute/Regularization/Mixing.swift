/// Batches mixed with themselves: sample i with sample p(i) of a random permutation, at a share lambda drawn from
/// Beta(alpha, alpha) for each batch.
///
/// Targets are mixed alike: the loss is lambda L(y) + (1 - lambda) L(y'), where L has all settings that the loss has
/// without mixing. Target values are mixed themselves, lambda y + (1 - lambda) y'.
public enum Mixing: Hashable, Sendable {
    /// x = lambda x + (1 - lambda) x'.
    ///
    /// Source: Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018.
    case mixup(alpha: Double)
    /// A box of the image, of the share 1 - lambda of its area around a random pixel, is that of the other image; what
    /// of the box lies outside is cut off, and lambda follows the area that is left. For images alone.
    ///
    /// Source: Yun et al., "CutMix: regularization strategy to train strong classifiers with localizable features",
    /// ICCV 2019.
    case cutmix(alpha: Double)
}
