/// Targets made wrong on purpose, drawn anew for every batch, so that a model cannot learn them by heart.
public enum TargetDisturbance: Hashable, Sendable {
    /// DisturbLabel: with C classes, a label stays with p = 1 - (C - 1) / C alpha / 100, and becomes each of the others
    /// with (1 - p) / (C - 1). `alpha` is in percent, 0...100; at 100 labels say nothing.
    ///
    /// Source: Xie et al., "DisturbLabel: regularizing CNN on the loss layer", CVPR 2016.
    case labels(alpha: Double)
    /// DisturbValue: each target value takes noise from N(0, scale^2), with the probability `fraction`. `scale` is in
    /// the units of the targets as they are trained on.
    case values(scale: Double, fraction: Double)
}
