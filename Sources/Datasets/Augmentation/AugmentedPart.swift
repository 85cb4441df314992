internal import Random

/// A part whose images are changed at random each time that they are copied into a batch.
///
/// What happens to an image follows from (seed, step, its place in the batch) alone, so that a step can be replayed by
/// itself.
package struct AugmentedPart: Sendable {
    package let part: Part
    /// Carried out in this order.
    package let augmentations: [Augmentation]
    package let seed: UInt64

    /// - Parameter name: the data set's, for errors.
    /// - Throws: where the samples are no images, or where an augmentation's numbers are none that it can have.
    package init(
        _ part: Part, augmentations: [Augmentation], seed: UInt64, name: String
    ) throws(DatasetError) {
        for augmentation in augmentations {
            try augmentation.check(sampleShape: part.sampleShape, name: name)
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
    ///   - step: the step of training, from which the changes follow.
    ///   - destination: room for indices.count x featureCount values.
    package func gather(
        _ indices: ArraySlice<Int>, step: Int, features destination: UnsafeMutableBufferPointer<Float>
    ) {
        guard !augmentations.isEmpty else { return part.gather(indices, features: destination) }
        precondition(destination.count >= indices.count * featureCount, "no room for the batch's features")
        guard let start = destination.baseAddress else { return }
        part.store.withReader { reader in
            for (place, index) in indices.enumerated() {
                var random = RandomStream(seed: seed, stream: .augmentation, index: place, step: step)
                var view = ImageView(height: sampleShape[1], width: sampleShape[2])
                for augmentation in augmentations { view.apply(augmentation, random: &random) }
                reader.copy(row: part.rows[index], through: view, to: start + place * featureCount)
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
