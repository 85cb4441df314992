internal import HDF5

/// Reads the parts of a data set from an HDF5 file.
struct HDF5Reader {
    let path: String
    let targetKind: TargetKind
    let root: Group

    init(path: String, targetKind: TargetKind) throws(DatasetError) {
        self.path = path
        self.targetKind = targetKind
        do throws(HDF5Error) {
            root = try File.open(at: path).root
        } catch {
            throw DatasetError(.wrongFormat, in: path, "is no HDF5 file that can be read: \(error.message)")
        }
    }

    /// The part in the group `name`; nil if there is no such group and none is required.
    func part(_ name: String, isRequired: Bool) throws(DatasetError) -> HDF5Part? {
        guard let x = try dataset("\(name)/x") else {
            let hasTargets = try dataset("\(name)/y") != nil
            guard isRequired || hasTargets else { return nil }
            throw fail(.missingFile, "/\(name)/x", "is missing")
        }
        let shape = try checkedShape(of: x, "/\(name)/x")
        return HDF5Part(
            name: name, samples: HDF5Samples(x, shape: shape, kind: try kind(of: x)),
            targets: try targets(name, count: shape[0]))
    }

    /// The samples in the first of these datasets that is there.
    func samples(of names: [String]) throws(DatasetError) -> HDF5Samples {
        for name in names {
            guard let x = try dataset(name) else { continue }
            return HDF5Samples(x, shape: try checkedShape(of: x, "/\(name)"), kind: try kind(of: x))
        }
        throw fail(.missingFile, "/\(names[0])", "is missing")
    }

    private func checkedShape(of x: HDF5.Dataset, _ place: String) throws(DatasetError) -> [Int] {
        let shape = try attempt(x.shape())
        guard shape.count == 2 || shape.count == 4 else {
            throw fail(
                .sampleShape, place,
                "has the shape \(shapeText(shape)); it is count x features, or count x channels x height x width"
                    + (shape.count == 3 ? "; grey images have one channel: x[:, None]" : ""))
        }
        guard !shape.contains(0) else {
            throw fail(.emptyFile, place, "has the shape \(shapeText(shape)), which holds nothing")
        }
        return shape
    }

    private func kind(of x: HDF5.Dataset) throws(DatasetError) -> HDF5Samples.Kind {
        if try attempt(x.holds(UInt8.self)) { return .bytes }
        if try attempt(x.holds(UInt16.self)) { return .words }
        if try attempt(x.holds(Float.self)) { return .numbers }
        if try attempt(x.holds(Double.self)) { return .numbers }
        if try attempt(x.holds(Int64.self)) { return .numbers }
        if try attempt(x.holds(UInt64.self)) { return .numbers }
        throw fail(.wrongFormat, x.path, "holds \(try description(of: x)); x holds numbers")
    }

    /// All samples of all parts, one part after the other, read piece by piece.
    func samples(of parts: [HDF5Part], _ memory: SampleMemory) throws(DatasetError) -> Samples {
        var builder = SamplesBuilder(memory, expecting: parts.reduce(0) { $0 + $1.samples.numberCount })
        for var samples in parts.map(\.samples) {
            while let piece = try next(of: &samples) {
                guard try builder.append(piece) else { preconditionFailure("parts are of one kind") }
            }
        }
        return try builder.finish()
    }

    /// The next samples; nil at the end.
    func next(of samples: inout HDF5Samples) throws(DatasetError) -> Samples? {
        let (x, rows) = (samples.x, samples.nextRows())
        guard !rows.isEmpty else { return nil }
        switch samples.kind {
        case .bytes: return .bytes(SampleArray(try attempt(x.read(rows: rows, as: UInt8.self))))
        case .words: return .words(SampleArray(try attempt(x.read(rows: rows, as: UInt16.self))))
        case .numbers: break
        }
        let values: Samples
        let position: Int?
        if let floats = try self.values(of: x, as: Float.self, rows: rows) {
            (values, position) = (.floats(SampleArray(floats)), floats.firstIndex { !$0.isFinite })
        } else {
            let numbers = try numbers(x, rows: rows) ?? []
            (values, position) = (NumberList(numbers).samples, numbers.firstIndex { !Float($0).isFinite })
        }
        if let position {
            let row = rows.lowerBound + position / samples.sampleShape.reduce(1, *)
            throw fail(.missingValue, x.path, "row \(row) holds what is no finite Float")
        }
        return values
    }

    private func targets(_ part: String, count: Int) throws(DatasetError) -> HDF5Part.Targets {
        guard let y = try dataset("\(part)/y") else {
            if part == "unlabelled", targetKind == .classes { return .labels(Array(repeating: -1, count: count)) }
            throw fail(.missingTarget, "/\(part)/y", "is missing")
        }
        let shape = try attempt(y.shape())
        let isOneHot = targetKind == .classes && shape.count == 2 && shape[0] == count && shape[1] > 1
        guard shape == [count] || shape == [count, 1] || isOneHot else {
            throw fail(
                .differentCounts, y.path, "has the shape \(shapeText(shape)), but /\(part)/x has \(count) samples")
        }
        switch targetKind {
        case .classes:
            if isOneHot { return .labels(try oneHot(y, columns: shape[1], isUnlabelled: part == "unlabelled")) }
            return try labels(y)
        case .values:
            if part == "unlabelled" {
                throw fail(.needsClasses, "/unlabelled", "samples without labels need classes, and y holds numbers")
            }
            guard let values = try numbers(y) else {
                throw fail(.wrongFormat, y.path, "holds \(try description(of: y)); targets are numbers")
            }
            if let row = values.firstIndex(where: { !Float($0).isFinite }) {
                throw fail(.missingValue, y.path, "row \(row) is no finite Float")
            }
            return .values(values)
        }
    }

    /// One class for each sample: whole numbers, booleans, or text.
    private func labels(_ y: HDF5.Dataset) throws(DatasetError) -> HDF5Part.Targets {
        if try attempt(y.holdsText()) { return .names(try attempt(y.readText())) }
        if let labels = try values(of: y, as: Int64.self) { return .labels(labels) }
        if let labels = try values(of: y, as: UInt64.self) {
            if let large = labels.first(where: { $0 > UInt64(Int64.max) }) {
                throw fail(.outOfRange, y.path, "has the label \(large), which is larger than any class's number")
            }
            return .labels(labels.map { Int64($0) })
        }
        throw fail(
            .wrongFormat, y.path,
            "holds \(try description(of: y)); classes are integers, booleans or text: write y.astype('int64'), or "
                + "say task: "
                + "regression")
    }

    /// The column of each row's only 1; -1 for an unlabelled row without one.
    private func oneHot(_ y: HDF5.Dataset, columns: Int, isUnlabelled: Bool) throws(DatasetError) -> [Int64] {
        guard let values = try numbers(y) else {
            throw fail(.wrongFormat, y.path, "holds \(try description(of: y)); one-hot classes are numbers")
        }
        var labels: [Int64] = []
        for start in stride(from: 0, to: values.count, by: columns) {
            let row = values[start..<start + columns]
            if isUnlabelled, row.allSatisfy({ $0 == 0 }) {
                labels.append(-1)
                continue
            }
            guard let one = row.firstIndex(of: 1), row.allSatisfy({ $0 == 0 || $0 == 1 }),
                row.count(where: { $0 == 1 }) == 1
            else {
                throw fail(
                    .wrongFormat, y.path,
                    "row \(start / columns) of \(columns) numbers is not one-hot, a single 1 and else 0; a sample "
                        + "has one class, or one number to be predicted")
            }
            labels.append(Int64(one - start))
        }
        return labels
    }

    /// Numbers of any kind; nil if it holds none.
    ///
    /// - Parameter rows: nil reads all.
    private func numbers(_ dataset: HDF5.Dataset, rows: Range<Int>? = nil) throws(DatasetError) -> [Double]? {
        if let values = try values(of: dataset, as: Double.self, rows: rows) { return values }
        if let values = try values(of: dataset, as: Int64.self, rows: rows) { return values.map(Double.init) }
        return try values(of: dataset, as: UInt64.self, rows: rows)?.map(Double.init)
    }

    /// Its numbers, if all of them are numbers of `type`.
    private func values<Number: Element>(
        of dataset: HDF5.Dataset, as type: Number.Type, rows: Range<Int>? = nil
    ) throws(DatasetError) -> [Number]? {
        guard try attempt(dataset.holds(type)) else { return nil }
        guard let rows else { return try attempt(dataset.read(as: type)) }
        return try attempt(dataset.read(rows: rows, as: type))
    }

    private func dataset(_ name: String) throws(DatasetError) -> HDF5.Dataset? {
        let object = "/\(name)"
        if let file = try attempt(root.externalFile(onTheWayTo: name)) {
            throw outside(object, "is behind a link into \(file)")
        }
        guard try attempt(root.contains(name)) else { return nil }
        let dataset = try attempt(root.dataset(name))
        try check(dataset, object, depth: 0)
        return dataset
    }

    /// Throws if a dataset's numbers are in other files, which neither the digest covers nor a worker fetches, or if they
    /// cannot be decompressed.
    private func check(_ dataset: HDF5.Dataset, _ object: String, depth: Int) throws(DatasetError) {
        let file = try attempt(dataset.fileName)
        guard try file == attempt(root.fileName) else { throw outside(object, "is behind a link into \(file)") }
        if let file = try attempt(dataset.externalFiles().first) {
            throw outside(object, "keeps its numbers in \(file)")
        }
        let sources = try attempt(dataset.virtualSources())
        for source in sources {
            guard source.file == "." else {
                throw outside(object, "is a virtual dataset that is put together from \(source.file)")
            }
            guard depth < 8, try attempt(root.contains(source.dataset)) else {
                throw fail(
                    .missingFile, object, "is a virtual dataset, and \(source.dataset), of which it is made, is missing"
                )
            }
            try check(try attempt(root.dataset(source.dataset)), object, depth: depth + 1)
        }
        let filters = try attempt(dataset.filters())
        if let filter = filters.first(where: { !$0.isAvailable }) {
            let name = Self.filterNames[filter.identifier] ?? (filter.name.isEmpty ? "an unknown filter" : filter.name)
            throw fail(
                .wrongFormat, object,
                "is compressed with \(name) (HDF5 filter \(filter.identifier)), which is not read: write it with "
                    + "compression='gzip' or 'lzf', or set HDF5_PLUGIN_PATH to the folder with its plugin")
        }
    }

    /// Source: The HDF Group, "Registered filter plugins".
    private static let filterNames = [
        4: "szip", 307: "bzip2", 32001: "Blosc", 32004: "LZ4", 32008: "Bitshuffle", 32013: "ZFP", 32015: "Zstandard",
        32026: "Blosc2",
    ]

    private func outside(_ object: String, _ what: String) -> DatasetError {
        fail(
            .outsideFile, object,
            "\(what), and a data set is one file, which is checked and handed to workers as a whole: copy the "
                + "numbers into "
                + "it, with h5py for instance: new['\(object.dropFirst())'] = old['\(object.dropFirst())'][:]")
    }

    private func description(of dataset: HDF5.Dataset) throws(DatasetError) -> String {
        try attempt(dataset.typeDescription())
    }

    /// The value; an error of the library becomes one of the data set.
    func attempt<Result>(_ value: @autoclosure () throws(HDF5Error) -> Result) throws(DatasetError) -> Result {
        do throws(HDF5Error) {
            return try value()
        } catch {
            // Only virtual datasets keep selections, and newer libraries write them in a version that older ones refuse.
            if error.message.contains("hyperslab selection") {
                throw outside(error.path, "is a virtual dataset that a newer HDF5 library wrote (\(error.message))")
            }
            throw fail(.wrongFormat, error.path, "cannot be read: \(error.message)")
        }
    }

    func fail(_ code: DatasetError.Code, _ object: String, _ message: String) -> DatasetError {
        DatasetError(code, in: path, "\(object): \(message)")
    }
}
