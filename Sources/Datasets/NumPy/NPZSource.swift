/// A .npz file with the arrays `x` and `y`; or with `x_train` and `y_train`, and perhaps those of `val` and `test`, as Keras
/// has them; or with `train_images` and `train_labels` and their like, as MedMNIST has them.
///
/// An x is count x features, or images: count x height x width, with channels first or last. A y has one value for each
/// sample: whole numbers, truth values or texts that are classes, or numbers to be predicted; or one column for each class.
package struct NPZSource: Hashable, Sendable {
    package var path: String
    package var targetKind: TargetKind

    package init(path: String, targetKind: TargetKind) {
        self.path = path
        self.targetKind = targetKind
    }

    /// A part, and what its arrays may be called.
    private enum ArrayNames: CaseIterable {
        case training, validation, test

        var x: [String] {
            switch self {
            case .training: ["x", "X", "x_train", "X_train", "train_images"]
            case .validation: ["x_val", "X_val", "x_valid", "x_validation", "val_images"]
            case .test: ["x_test", "X_test", "test_images"]
            }
        }

        var y: [String] {
            switch self {
            case .training: ["y", "Y", "y_train", "train_labels"]
            case .validation: ["y_val", "y_valid", "y_validation", "val_labels"]
            case .test: ["y_test", "test_labels"]
            }
        }
    }

    /// - Parameter name: the data set's name.
    /// - Throws: if the file is missing or damaged, an array is missing, or arrays do not go together.
    package func load(as name: String) throws(DatasetError) -> Dataset {
        let archive = try NPZArchive(path: path)
        var (parts, own, count): ([Samples], OwnParts, Int) = ([], OwnParts(), 0)
        var shape: [Int]?
        var targets = NPYTargets(kind: targetKind)
        for part in ArrayNames.allCases {
            guard let x = part.x.first(where: { archive.arrays[$0] != nil }) else {
                guard part == .training else { continue }
                throw fail("has no array x; there are: \(archive.arrays.keys.sorted().joined(separator: ", "))")
            }
            guard let y = part.y.first(where: { archive.arrays[$0] != nil }), let values = archive.arrays[y] else {
                throw fail("has the array \(x), and no \(part.y[0]) for it")
            }
            let (samples, found) = try Self.samples(archive.arrays[x]!, name: "\(path): \(x)")
            guard shape == nil || shape == found else {
                throw fail("\(x) has samples of shape \(shapeText(found)), the others \(shapeText(shape ?? []))")
            }
            shape = found
            let size = samples.count / found.reduce(1, *)
            try targets.append(values, count: size, name: "\(path): \(y)")
            switch part {
            case .training: break
            case .validation: own.validation = count..<count + size
            case .test: own.test = count..<count + size
            }
            count += size
            parts.append(samples)
        }
        let found = try targets.finish(path: path)
        return Dataset(
            name: name, sampleShape: shape ?? [], samples: try Self.joined(parts, path: path), targets: found,
            digest: archive.digest, own: own,
            warnings: [found.regressionHint].compactMap { $0.map { "\(path): \($0)" } })
    }

    /// The samples of `x` or `x_test`, without targets.
    ///
    /// - Returns: the samples, and the shape of one.
    /// - Throws: where there is no such array.
    package static func samples(at path: String) throws(DatasetError) -> (Samples, shape: [Int]) {
        let archive = try NPZArchive(path: path)
        for name in ["x", "X", "x_test", "test_images"] {
            if let array = archive.arrays[name] { return try samples(array, name: "\(path): \(name)") }
        }
        throw DatasetError(
            .wrongFormat, in: path,
            "has no array x or x_test; there are: \(archive.arrays.keys.sorted().joined(separator: ", "))")
    }

    /// Whether the file begins as a zip archive does, and is called a .npz.
    package static func isFile(_ path: String) throws(DatasetError) -> Bool {
        guard path.lowercased().hasSuffix(".npz") else { return false }
        return try FileBytes.head(of: path, count: 4) == [0x50, 0x4B, 3, 4]
    }

    private func fail(_ message: String) -> DatasetError { DatasetError(.wrongFormat, in: path, message) }

    /// The numbers with channels first, and the shape of a sample.
    private static func samples(_ array: NPYArray, name: String) throws(DatasetError) -> (Samples, shape: [Int]) {
        let (shape, isChannelsLast): ([Int], Bool)
        switch array.shape.count {
        case 1: (shape, isChannelsLast) = ([1], false)
        case 2: (shape, isChannelsLast) = ([array.shape[1]], false)
        case 3: (shape, isChannelsLast) = ([1, array.shape[1], array.shape[2]], false)
        case 4 where ![1, 3].contains(array.shape[1]) && [1, 3].contains(array.shape[3]):
            (shape, isChannelsLast) = ([array.shape[3], array.shape[1], array.shape[2]], true)
        case 4: (shape, isChannelsLast) = (Array(array.shape.dropFirst()), false)
        default:
            throw DatasetError(
                .sampleShape, in: name, "has \(array.shape.count) dimensions; samples are rows or images")
        }
        guard shape.allSatisfy({ $0 > 0 }), array.shape[0] > 0 else {
            throw DatasetError(.emptyFile, in: name, "has no numbers")
        }
        func planar<Number>(_ values: [Number]) -> [Number] {
            guard isChannelsLast, shape[0] > 1 else { return values }
            let (channels, plane) = (shape[0], shape[1] * shape[2])
            return values.indices.map { place in
                let (sample, rest) = place.quotientAndRemainder(dividingBy: channels * plane)
                let (channel, pixel) = rest.quotientAndRemainder(dividingBy: plane)
                return values[sample * channels * plane + pixel * channels + channel]
            }
        }
        func finite(_ numbers: [Double]) throws(DatasetError) -> Samples {
            guard numbers.allSatisfy({ Float($0).isFinite }) else {
                throw DatasetError(.outOfRange, in: name, "has numbers that are not finite")
            }
            return NumberList(planar(numbers)).samples
        }
        switch array.values {
        case .bytes(let values): return (.bytes(SampleArray(planar(values))), shape)
        case .words(let values): return (.words(SampleArray(planar(values))), shape)
        default: return (try finite(array.numbers(name)), shape)
        }
    }

    private static func joined(_ parts: [Samples], path: String) throws(DatasetError) -> Samples {
        var builder = SamplesBuilder(.standard, expecting: parts.reduce(0) { $0 + $1.count })
        for part in parts {
            guard try builder.append(part) else {
                throw DatasetError(.wrongFormat, in: path, "has parts of different types")
            }
        }
        return try builder.finish()
    }
}

/// The targets of all parts, one after the other.
private struct NPYTargets {
    let kind: TargetKind
    private var labels = ClassLabels()
    private var values: [Double] = []

    init(kind: TargetKind) { self.kind = kind }

    mutating func append(_ array: NPYArray, count: Int, name: String) throws(DatasetError) {
        guard array.shape.first == count else {
            throw DatasetError(
                .differentCounts, in: name, "has \(array.shape.first ?? 0) targets for \(count) samples")
        }
        // No overflow: there is a row, and the array's numbers could be counted.
        let columns = array.shape.dropFirst().reduce(1, *)
        guard columns >= 1 else { throw DatasetError(.emptyFile, in: name, "has no numbers") }
        if case .texts(let texts) = array.values, columns == 1, kind == .classes {
            for text in texts { labels.append(text) }
            return
        }
        let numbers = try array.numbers(name)
        guard columns > 1 else { return try append(numbers, name: name) }
        guard kind == .classes else {
            throw DatasetError(.sampleShape, in: name, "has \(columns) numbers for each sample, where one is predicted")
        }
        for row in 0..<count {
            let cells = numbers[row * columns..<(row + 1) * columns]
            guard let place = cells.firstIndex(of: 1), cells.count(where: { $0 == 0 }) == columns - 1 else {
                throw DatasetError(
                    .wrongFormat, in: name, "row \(row) is not one-hot: one number is 1 and the others are 0")
            }
            labels.append(String(place - cells.startIndex))
        }
    }

    private mutating func append(_ numbers: [Double], name: String) throws(DatasetError) {
        guard numbers.allSatisfy(\.isFinite) else {
            throw DatasetError(.outOfRange, in: name, "has targets that are not finite")
        }
        if kind == .values { return values += numbers }
        for number in numbers {
            labels.append(number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number))
        }
    }

    func finish(path: String) throws(DatasetError) -> Targets {
        guard kind == .classes else { return .values(values) }
        let targets = labels.targets
        guard (targets.classNames?.count ?? 0) > 1 else {
            throw DatasetError(.oneClass, in: path, "every sample is of one class; there is nothing to tell apart")
        }
        return targets
    }
}
