/// An HDF5 file with the datasets `/train/x` and `/train/y`, and perhaps `/validation/x`, `/validation/y`, `/test/x`,
/// `/test/y`, `/unlabelled/x` and `/unlabelled/y`.
///
/// x is count x features, or count x channels x height x width ("NCHW", as PyTorch has it), of numbers; unsigned ones
/// of 8 and of 16 bits stay as they are. y has one value for each sample: whole numbers, booleans or texts that are
/// classes, or numbers to be predicted; or one column for each class ("one-hot"). All of it lies in the file itself. A
/// text attribute `class_names` of the root or of `/train/y` names the classes 0, 1, ...; without it, each label that
/// occurs in `/train/y` is a class. In `/unlabelled/y`, which may be missing, -1 stands for an unknown class.
package struct HDF5Source: Hashable, Sendable {
    package var path: String
    package var targetKind: TargetKind

    package init(path: String, targetKind: TargetKind) {
        self.path = path
        self.targetKind = targetKind
    }

    /// Reads all parts; those that validate, test and have no labels follow what is to be shared out, in this order.
    /// - Parameter name: the name that the data set gets.
    /// - Throws: where the file is missing or damaged; where a dataset is missing, or has another shape, type or length
    ///   than it ought to; where a class is unknown.
    package func load(as name: String) throws(DatasetError) -> Dataset {
        let digest = FileListDigest.digest(of: try FileBytes.contents(of: path))
        let reader = try HDF5Reader(path: path, targetKind: targetKind)
        let training = try reader.part("train", isRequired: true)
        var parts = [training].compactMap { $0 }
        var own = OwnParts()
        var count = parts.reduce(0) { $0 + $1.count }
        for (name, range) in [("validation", \OwnParts.validation), ("test", \.test), ("unlabelled", \.unlabelled)] {
            guard let part = try reader.part(name, isRequired: false) else { continue }
            own[keyPath: range] = count..<count + part.count
            count += part.count
            parts.append(part)
        }
        let shape = try reader.sampleShape(of: parts)
        let targets = try reader.targets(of: parts)
        var warnings = [targets.regressionHint].compactMap { $0.map { "\(path): \($0)" } }
        if let hint = Self.channelHint(shape) { warnings.append("\(path): /train/x \(hint)") }
        return Dataset(
            name: name, sampleShape: shape, samples: HDF5Part.samples(of: parts), targets: targets, featureNames: [],
            digest: digest, own: own, warnings: warnings)
    }

    /// What to do where images' channels seem to come last, as TensorFlow has them.
    private static func channelHint(_ shape: [Int]) -> String? {
        guard shape.count == 3, [1, 3, 4].contains(shape[2]), shape[0] > 4, shape[1] > 4 else { return nil }
        return
            "has samples of \(shapeText(shape)), which are read as channels x height x width; if the channels come "
            + "last, "
            + "write x.transpose(0, 3, 1, 2)"
    }
}
