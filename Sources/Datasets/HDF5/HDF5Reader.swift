internal import HDF5

/// Reads a data set's parts out of an HDF5 file, and says in one line what is wrong with them.
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

    /// The part in the group `name`; nil where there is no such group and none is required.
    func part(_ name: String, isRequired: Bool) throws(DatasetError) -> HDF5Part? {
        guard let x = try dataset("\(name)/x") else {
            let hasTargets = try dataset("\(name)/y") != nil
            guard isRequired || hasTargets else { return nil }
            throw fail(.missingFile, "/\(name)/x", "is missing")
        }
        let shape = try attempt { () throws(HDF5Error) in try x.shape() }
        guard shape.count == 2 || shape.count == 4 else {
            throw fail(
                .sampleShape, "/\(name)/x",
                "has the shape \(shapeText(shape)); it is count x features, or count x channels x height x width")
        }
        guard !shape.contains(0) else {
            throw fail(.emptyFile, "/\(name)/x", "has the shape \(shapeText(shape)), which holds nothing")
        }
        return HDF5Part(
            name: name, sampleShape: Array(shape[1...]), samples: try samples(x, shape: shape),
            targets: try targets(name, count: shape[0]))
    }

    private func samples(_ x: HDF5.Dataset, shape: [Int]) throws(DatasetError) -> Samples {
        if try attempt({ () throws(HDF5Error) in try x.holds(UInt8.self) }) {
            return .bytes(try attempt { () throws(HDF5Error) in try x.read(as: UInt8.self) })
        }
        guard let values = try numbers(x) else {
            throw fail(
                .wrongFormat, x.path,
                "holds \(try description(of: x)); x holds unsigned bytes or floating-point numbers")
        }
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw fail(
                .missingValue, x.path, "row \(place / (values.count / shape[0])) holds what is no finite Float")
        }
        return .floats(values)
    }

    private func targets(_ part: String, count: Int) throws(DatasetError) -> HDF5Part.Targets {
        guard let y = try dataset("\(part)/y") else {
            if part == "unlabelled", targetKind == .classes { return .labels(Array(repeating: -1, count: count)) }
            throw fail(.missingTarget, "/\(part)/y", "is missing")
        }
        let shape = try attempt { () throws(HDF5Error) in try y.shape() }
        guard shape == [count] || shape == [count, 1] else {
            throw fail(
                .differentCounts, y.path, "has the shape \(shapeText(shape)), but /\(part)/x has \(count) samples")
        }
        switch targetKind {
        case .classes:
            guard try attempt({ () throws(HDF5Error) in try y.holds(Int64.self) }) else {
                throw fail(.wrongFormat, y.path, "holds \(try description(of: y)); classes are integers")
            }
            return .labels(try attempt { () throws(HDF5Error) in try y.read(as: Int64.self) })
        case .values:
            if part == "unlabelled" {
                throw fail(.needsClasses, "/unlabelled", "samples without labels need classes, and y holds numbers")
            }
            guard let values = try numbers(y, integers: true) else {
                throw fail(.wrongFormat, y.path, "holds \(try description(of: y)); targets are numbers")
            }
            if let row = values.firstIndex(where: { !$0.isFinite }) {
                throw fail(.missingValue, y.path, "row \(row) is no finite Float")
            }
            return .values(values)
        }
    }

    /// Floating-point numbers, or integers as well, as Floats; nil where it holds others.
    private func numbers(_ dataset: HDF5.Dataset, integers: Bool = false) throws(DatasetError) -> [Float]? {
        try attempt { () throws(HDF5Error) in
            if try dataset.holds(Float.self) { return try dataset.read(as: Float.self) }
            if try dataset.holds(Double.self) { return try dataset.read(as: Double.self).map(Float.init) }
            guard integers, try dataset.holds(Int64.self) else { return nil }
            return try dataset.read(as: Int64.self).map(Float.init)
        }
    }

    private func dataset(_ name: String) throws(DatasetError) -> HDF5.Dataset? {
        try attempt { () throws(HDF5Error) in try root.contains(name) ? try root.dataset(name) : nil }
    }

    private func description(of dataset: HDF5.Dataset) throws(DatasetError) -> String {
        try attempt { () throws(HDF5Error) in try dataset.typeDescription() }
    }

    func attempt<Result>(_ body: () throws(HDF5Error) -> Result) throws(DatasetError) -> Result {
        do throws(HDF5Error) {
            return try body()
        } catch {
            throw fail(.wrongFormat, error.path, "cannot be read: \(error.message)")
        }
    }

    func fail(_ code: DatasetError.Code, _ object: String, _ message: String) -> DatasetError {
        DatasetError(code, in: path, "\(object): \(message)")
    }
}
