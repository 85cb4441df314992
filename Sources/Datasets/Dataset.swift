/// Samples and what is to be predicted of them, as they stand in their source: neither split nor scaled.
package struct Dataset: Sendable {
    /// The built-in's name, or the file's.
    package let name: String
    /// The shape of one sample: `[13]` for a table, `[1, 28, 28]` (channels, height, width) for images.
    package let sampleShape: [Int]
    /// Row-major, count x product of `sampleShape`.
    package let samples: Samples
    package let targets: Targets
    /// A table's columns, one name for each feature; their positions in a file without a header. Empty for images.
    package let featureNames: [String]
    /// The SHA-256 of the source file's bytes, in lower-case hexadecimal; of several files, that of their list (see
    /// ``FileListDigest``).
    package let digest: String
    /// What the source itself sets apart.
    package let own: OwnParts
    /// What looks like a mistake in the data and is none for sure, one line each: what, where, and what to do.
    package let warnings: [String]

    /// How many samples there are.
    package var count: Int { targets.count }

    package var featureCount: Int { sampleShape.reduce(1, *) }

    package init(
        name: String, sampleShape: [Int], samples: Samples, targets: Targets, featureNames: [String] = [],
        digest: String, own: OwnParts = OwnParts(), warnings: [String] = []
    ) {
        precondition(samples.count == targets.count * sampleShape.reduce(1, *), "features do not fill the samples")
        for part in [own.test, own.validation, own.unlabelled] {
            precondition(part.map { 0...targets.count ~= $0.upperBound } ?? true, "a part has more rows than there are")
        }
        self.name = name
        self.sampleShape = sampleShape
        self.samples = samples
        self.targets = targets
        self.featureNames = featureNames
        self.digest = digest
        self.own = own
        self.warnings = warnings
    }
}
