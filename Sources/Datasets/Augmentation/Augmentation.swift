/// A random change of a training image, drawn anew each time that it is seen.
package enum Augmentation: Sendable, Hashable {
    /// Left and right change places with this probability.
    case horizontalFlip(probability: Double)
    /// The image, with `padding` zeros (before scaling) on all four sides, is cut to its old size at a random place.
    case randomCrop(padding: Int)
    /// With this probability, a rectangle is set to 0 (after scaling).
    ///
    /// Its area is uniform in `area`, as a share of the image's, and the logarithm of its height by its width is uniform
    /// between those of `aspect`; up to 10 draws are made for one that is lower and narrower than the image.
    ///
    /// Source: Zhong, Zheng, Kang, Li, Yang, "Random erasing data augmentation", AAAI 2020; the draws are torchvision's.
    case randomErasing(probability: Double, area: ClosedRange<Double>, aspect: ClosedRange<Double>)
}
