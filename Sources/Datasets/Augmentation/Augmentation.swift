import Random

/// A random change of a training image, drawn anew for each batch.
package enum Augmentation: Sendable, Hashable {
    /// Exchanges left and right with this probability.
    case horizontalFlip(probability: Double)
    /// Pads the image with `padding` zeros (before scaling) on all four sides, and crops it to its size at a random
    /// position.
    case randomCrop(padding: Int)
    /// Sets a rectangle to 0 (after scaling) with this probability.
    ///
    /// Its area is uniform in `area`, as a fraction of the image's, and the logarithm of its height by its width is
    /// uniform between those of `aspect`; up to 10 draws are made for one that is lower and narrower than the image.
    ///
    /// Source: Zhong, Zheng, Kang, Li, Yang, "Random erasing data augmentation", AAAI 2020; the draws are
    /// torchvision's.
    case randomErasing(probability: Double, area: ClosedRange<Double>, aspect: ClosedRange<Double>)
    /// A change of colours, or of places that is more than a flip and a shift; of 8-bit images.
    case pixels(PixelAugmentation)

    var isOfPixels: Bool { if case .pixels = self { true } else { false } }
}

extension Augmentation {
    /// Its name in an experiment file.
    var word: String {
        switch self {
        case .horizontalFlip: "horizontal_flip"
        case .randomCrop: "random_crop"
        case .randomErasing: "random_erasing"
        case .pixels(.trivialAugment): "trivial_augment"
        case .pixels(.randAugment): "rand_augment"
        case .pixels(.colorJitter): "color_jitter"
        case .pixels(.rotation): "rotation"
        case .pixels(.affine): "affine"
        }
    }

    /// Throws if samples of this shape are not images, or if a number is out of its range.
    package func check(sampleShape: [Int], name: String) throws(DatasetError) {
        guard sampleShape.count == 3, !isOfPixels || [1, 3].contains(sampleShape[0]) else {
            throw DatasetError(
                .needsImages, in: name,
                "\(word) needs images, channels x height x width, and a sample has the shape \(shapeText(sampleShape))")
        }
        switch self {
        case .horizontalFlip(let probability):
            try check(probability, name: name)
        case .randomCrop(let padding):
            guard 1...1 << 16 ~= padding else {
                throw DatasetError(.badParameter, in: name, "\(word): padding is \(padding), and must be at least 1")
            }
        case .pixels(.randAugment(let count, let magnitude)):
            guard count >= 1, 0..<PixelAugmentation.strengths ~= magnitude else {
                throw DatasetError(
                    .badParameter, in: name, "\(word): needs at least 1 operation, and a magnitude of 0 to 30")
            }
        case .pixels: break
        case .randomErasing(let probability, let area, let aspect):
            try check(probability, name: name)
            guard area.lowerBound >= 0, area.upperBound <= 1 else {
                throw DatasetError(
                    .badParameter, in: name,
                    "\(word): area goes from \(area.lowerBound) to \(area.upperBound), and must lie in 0...1")
            }
            guard aspect.lowerBound > 0, aspect.upperBound.isFinite else {
                throw DatasetError(
                    .badParameter, in: name, "\(word): aspect begins at \(aspect.lowerBound), and must be above 0")
            }
        }
    }

    private func check(_ probability: Double, name: String) throws(DatasetError) {
        guard 0...1 ~= probability else {
            throw DatasetError(.badParameter, in: name, "\(word): probability is \(probability), and must lie in 0...1")
        }
    }
}

/// A part whose images are changed at random each time that they are copied into a batch.
///
/// The change of an image is a function of (seed, step, its index in the batch), so that a step can be replayed by itself.
package struct AugmentedPart: Sendable {
    package let part: Part
    /// Applied in this order.
    package let augmentations: [Augmentation]
    package let seed: UInt64

    /// - Parameter name: the data set's, for errors.
    /// - Throws: if the samples are not images, or if an augmentation's numbers are out of range.
    package init(
        _ part: Part, augmentations: [Augmentation], seed: UInt64, name: String
    ) throws(DatasetError) {
        for augmentation in augmentations { try augmentation.check(sampleShape: part.sampleShape, name: name) }
        if let last = augmentations.lastIndex(where: \.isOfPixels) {
            guard part.store.isOfBytes else {
                throw DatasetError(
                    .needsImages, in: name,
                    "\(augmentations[last].word) needs 8-bit images, and these have other numbers")
            }
            for augmentation in augmentations[..<last] {
                guard case .randomErasing = augmentation else { continue }
                throw DatasetError(
                    .contradiction, in: name,
                    "random_erasing must come after \(augmentations[last].word), which would move what it erases")
            }
        }
        self.part = part
        self.augmentations = augmentations
        self.seed = seed
    }

    package var sampleShape: [Int] { part.sampleShape }
    package var count: Int { part.count }
    package var featureCount: Int { part.featureCount }
    package var targets: Targets { part.targets }

    /// Copies the scaled features of the samples at `indices`, one after the other, each changed.
    /// - Parameters:
    ///   - step: the training step.
    ///   - destination: room for indices.count x featureCount values.
    package func gather(
        _ indices: ArraySlice<Int>, step: Int, features destination: UnsafeMutableBufferPointer<Float>
    ) {
        guard !augmentations.isEmpty else { return part.gather(indices, features: destination) }
        precondition(destination.count >= indices.count * featureCount, "no room for the batch's features")
        guard let start = destination.baseAddress else { return }
        part.store.withReader { reader in
            for (position, index) in indices.enumerated() {
                var random = RandomStream(seed: seed, stream: .augmentation, index: position, step: step)
                let destination = start + position * featureCount
                var view = ImageView(height: sampleShape[1], width: sampleShape[2])
                // Where pixels themselves change, the image as it is so far.
                var pixels: [UInt8]?
                for augmentation in augmentations {
                    guard case .pixels(let change) = augmentation else {
                        view.apply(augmentation, random: &random)
                        continue
                    }
                    let operations = change.draw(height: view.height, width: view.width, from: &random)
                    guard !operations.isEmpty else { continue }
                    var image = reader.bytes(row: part.rows[index], pixels, through: view)
                    for operation in operations {
                        operation.apply(
                            to: &image, channels: sampleShape[0], height: view.height, width: view.width)
                    }
                    pixels = image
                    view = ImageView(height: view.height, width: view.width)
                }
                reader.copy(row: part.rows[index], pixels, through: view, to: destination)
            }
        }
    }

    /// Copies the classes of the samples at `indices`; the targets must be classes.
    package func gather(_ indices: ArraySlice<Int>, classes destination: UnsafeMutableBufferPointer<Int32>) {
        part.gather(indices, classes: destination)
    }

    /// Copies the values of the samples at `indices`; the targets must be values.
    package func gather(_ indices: ArraySlice<Int>, values destination: UnsafeMutableBufferPointer<Float>) {
        part.gather(indices, values: destination)
    }
}
