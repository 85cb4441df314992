/// Samples and what is to be predicted of them, as they stand in their source: neither split nor scaled.
package struct Dataset: Sendable {
    /// The built-in's name, or the file's.
    package let name: String
    /// The shape of one sample: `[13]` for a table, `[1, 28, 28]` (channels, height, width) for images.
    package let sampleShape: [Int]
    /// Row-major, count x product of `sampleShape`.
    package let features: [Float]
    package let targets: Targets
    /// The columns' names, one for each feature; their positions in a file without a header.
    package let featureNames: [String]
    /// The SHA-256 of the source file's bytes, in lower-case hexadecimal.
    package let digest: String

    /// How many samples there are.
    package var count: Int { targets.count }

    package var featureCount: Int { sampleShape.reduce(1, *) }

    package init(
        name: String, sampleShape: [Int], features: [Float], targets: Targets, featureNames: [String], digest: String
    ) {
        precondition(features.count == targets.count * sampleShape.reduce(1, *), "features do not fill the samples")
        self.name = name
        self.sampleShape = sampleShape
        self.features = features
        self.targets = targets
        self.featureNames = featureNames
        self.digest = digest
    }
}
