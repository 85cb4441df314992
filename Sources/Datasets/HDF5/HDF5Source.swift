import HDF5

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

    /// Reads all parts: first the samples to be split, then the source's own validation, test and unlabelled parts.
    /// - Parameter name: the data set's name.
    /// - Throws: if the file is missing or damaged; if a dataset is missing, or has a wrong shape, type or length; if a
    ///   class is unknown.
    package func load(as name: String, memory: SampleMemory = .standard) throws(DatasetError) -> Dataset {
        let digest = try FileListDigest.digest(ofFile: path)
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
            name: name, sampleShape: shape, samples: try reader.samples(of: parts, memory), targets: targets,
            digest: digest, own: own, warnings: warnings)
    }

    /// The advice for images whose channels seem to come last, as in TensorFlow.
    private static func channelHint(_ shape: [Int]) -> String? {
        guard shape.count == 3, [1, 3, 4].contains(shape[2]), shape[0] > 4, shape[1] > 4 else { return nil }
        return
            "has samples of \(shapeText(shape)), which are read as channels x height x width; if the channels come "
            + "last, write x.transpose(0, 3, 1, 2)"
    }
}

extension HDF5Source {
    /// A data set as the bytes of an HDF5 file, which this source, h5py and others read.
    ///
    /// The samples that the source does not set apart become `/train`. Bytes and 16-bit images keep their type, classes
    /// become 32-bit integers, numbers are 64-bit if 32 bits would round them.
    /// - Throws: if the library refuses.
    package static func encode(_ dataset: Dataset) throws(DatasetError) -> [UInt8] {
        do throws(HDF5Error) {
            let file = try File.createInMemory()
            if let names = dataset.targets.classNames { try file.root.setAttribute("class_names", names) }
            try write(dataset, dataset.own.remaining(of: dataset.count), as: "train", in: file.root)
            for (name, range) in [
                ("validation", dataset.own.validation), ("test", dataset.own.test),
                ("unlabelled", dataset.own.unlabelled),
            ] {
                if let range { try write(dataset, Array(range), as: name, in: file.root) }
            }
            return try file.image()
        } catch {
            throw DatasetError(.wrongFormat, in: dataset.name, "cannot be written: \(error)")
        }
    }

    private static func write(_ dataset: Dataset, _ rows: [Int], as name: String, in root: Group) throws(HDF5Error) {
        let group = try root.create(group: name)
        let shape = [rows.count] + dataset.sampleShape
        switch dataset.samples {
        case .bytes(let bytes):
            try group.write("x", selected(bytes, rows, width: dataset.featureCount), shape: shape)
        case .words(let words):
            try group.write("x", selected(words, rows, width: dataset.featureCount), shape: shape)
        case .floats(let floats):
            try group.write("x", selected(floats, rows, width: dataset.featureCount), shape: shape)
        case .doubles(let doubles):
            try group.write("x", selected(doubles, rows, width: dataset.featureCount), shape: shape)
        }
        switch dataset.targets.selecting(rows) {
        case .classes(let labels, names: _): try group.write("y", labels)
        case .values(let values):
            switch NumberList(values).samples {
            case .floats(let floats): try group.write("y", Array(floats))
            default: try group.write("y", values)
            }
        }
    }

    private static func selected<Number>(_ values: SampleArray<Number>, _ rows: [Int], width: Int) -> [Number] {
        guard rows.count * width < values.count else { return Array(values) }
        var selected: [Number] = []
        selected.reserveCapacity(rows.count * width)
        for row in rows { selected += values[row * width..<(row + 1) * width] }
        return selected
    }
}

/// Samples without targets.
extension HDF5Source {
    /// Whether the file begins as HDF5 does.
    package static func isFile(_ path: String) throws(DatasetError) -> Bool {
        try FileBytes.head(of: path, count: 8) == [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    }
}

/// The samples of the dataset `x` of a file, or of its `test` part where it has no other, a block at a time.
package struct HDF5Blocks {
    private let reader: HDF5Reader
    private var samples: HDF5Samples

    /// - Throws: where there is none, or it has another shape or type.
    package init(path: String) throws(DatasetError) {
        reader = try HDF5Reader(path: path, targetKind: .values)
        samples = try reader.samples(of: ["x", "test/x"])
    }

    package var sampleShape: [Int] { samples.sampleShape }

    /// The next samples; nil at the end.
    package mutating func next() throws(DatasetError) -> Samples? { try reader.next(of: &samples) }
}
