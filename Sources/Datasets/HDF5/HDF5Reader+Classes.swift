import HDF5

extension HDF5Reader {
    /// The shape that the samples of all parts have.
    func sampleShape(of parts: [HDF5Part]) throws(DatasetError) -> [Int] {
        let first = parts[0]
        for part in parts {
            guard part.samples.sampleShape == first.samples.sampleShape else {
                throw fail(
                    .sampleShape, "/\(part.name)/x",
                    "samples are \(shapeText(part.samples.sampleShape)), but those of /train/x "
                        + shapeText(first.samples.sampleShape))
            }
            let (kind, other) = (part.samples.kind, first.samples.kind)
            guard kind == other else {
                throw fail(.wrongFormat, "/\(part.name)/x", "holds \(kind.rawValue), but /train/x \(other.rawValue)")
            }
        }
        return first.samples.sampleShape
    }

    /// The targets of all parts, one after the other.
    func targets(of parts: [HDF5Part]) throws(DatasetError) -> Targets {
        var values: [Double] = []
        var labels: [(part: String, labels: [Int64])] = []
        var texts: [(part: String, texts: [String])] = []
        for part in parts {
            switch part.targets {
            case .values(let more): values += more
            case .labels(let more): labels.append((part.name, more))
            case .names(let more): texts.append((part.name, more))
            }
        }
        guard texts.isEmpty else {
            // Unlabelled samples without a y have no text either.
            guard labels.allSatisfy({ $0.part == "unlabelled" }) else {
                throw fail(.wrongFormat, "/\(labels[0].part)/y", "holds numbers, but /\(texts[0].part)/y text")
            }
            return try classes(texts + labels.map { ($0.part, $0.labels.map { _ in "" }) })
        }
        return labels.isEmpty ? .values(values) : try classes(labels)
    }

    /// Classes whose labels are names.
    private func classes(_ parts: [(part: String, texts: [String])]) throws(DatasetError) -> Targets {
        var spellings = ClassLabels()
        for text in parts[0].texts { spellings.append(text) }
        let given = try classNames()
        let table = given.map { LabelTable($0) } ?? spellings.table
        let names = given ?? table.names
        guard names.count > 1 else {
            throw fail(.oneClass, "/train/y", "there is but one class, and nothing to tell apart")
        }
        // Names that the file lists keep their order.
        var order = (0..<Int32(names.count)).map { $0 }
        if let given {
            guard table.names.count == given.count else {
                throw fail(.sameName, "class_names", "names a class twice: \(given.joined(separator: ", "))")
            }
            for (position, name) in given.enumerated() {
                if let index = table.index(of: name) { order[Int(index)] = Int32(position) }
            }
        }
        var indices: [Int32] = []
        for (part, texts) in parts {
            for text in texts {
                if part == "unlabelled", text.isEmpty {
                    indices.append(-1)
                } else if let index = table.index(of: text) {
                    indices.append(order[Int(index)])
                } else {
                    let why = given == nil ? "/train/y does not have it" : "class_names does not name it"
                    throw fail(.unknownClass, "/\(part)/y", "has the label '\(text)', but \(why)")
                }
            }
        }
        return .classes(indices, names: names)
    }

    private func classes(_ parts: [(part: String, labels: [Int64])]) throws(DatasetError) -> Targets {
        let names = try classNames()
        let known = names.map { $0.indices.map(Int64.init) } ?? Set(parts[0].labels).sorted()
        if let negative = known.first, negative < 0 {
            throw fail(.unknownClass, "/train/y", "has the label \(negative); classes are 0 and above")
        }
        guard known.count > 1 else {
            throw fail(.oneClass, "/train/y", "there is but one class, and nothing to tell apart")
        }
        let classes = Dictionary(uniqueKeysWithValues: zip(known, Int32(0)...))
        var indices: [Int32] = []
        for (part, labels) in parts {
            for label in labels {
                if part == "unlabelled", label == -1 {
                    indices.append(-1)
                } else if let index = classes[label] {
                    indices.append(index)
                } else {
                    let why = names.map { "class_names names \($0.count) classes" } ?? "/train/y does not have it"
                    throw fail(.unknownClass, "/\(part)/y", "has the label \(label), but \(why)")
                }
            }
        }
        if let names, Set(names).count < names.count {
            throw fail(.sameName, "class_names", "names a class twice: \(names.joined(separator: ", "))")
        }
        let members = try memberNames()
        return .classes(indices, names: names ?? known.map { members[$0] ?? String($0) })
    }

    /// The names of an enumeration's numbers: h5py's booleans are FALSE and TRUE.
    private func memberNames() throws(DatasetError) -> [Int64: String] {
        let labels = try attempt(root.dataset("train/y"))
        // The columns of a one-hot y are named by their positions.
        return try attempt(labels.shape()).dropFirst().contains { $0 > 1 } ? [:] : try attempt(labels.memberNames())
    }

    private func classNames() throws(DatasetError) -> [String]? {
        if try attempt(root.hasAttribute("class_names")) {
            return try attempt(root.attribute("class_names", as: [String].self))
        }
        let labels = try attempt(root.dataset("train/y"))
        guard try attempt(labels.hasAttribute("class_names")) else { return nil }
        return try attempt(labels.attribute("class_names", as: [String].self))
    }
}

/// One part of a data set in an HDF5 file.
struct HDF5Part {
    enum Targets {
        case labels([Int64])
        /// An empty one is an unknown class.
        case names([String])
        case values([Double])
    }

    /// The group's name.
    let name: String
    let samples: HDF5Samples
    let targets: Targets

    var count: Int {
        switch targets {
        case .labels(let labels): labels.count
        case .names(let names): names.count
        case .values(let values): values.count
        }
    }
}

/// A dataset of samples that is read piece by piece.
struct HDF5Samples {
    /// The kind of its numbers, in words.
    enum Kind: String {
        case bytes
        case words = "16-bit integers"
        case numbers = "floats"
    }

    /// Numbers of a piece, in about.
    private static let pieceSize = 1 << 22

    let x: HDF5.Dataset
    let sampleShape: [Int]
    let kind: Kind
    private let count: Int
    private var row = 0

    /// - Parameter shape: of all of it, the number of samples first.
    init(_ x: HDF5.Dataset, shape: [Int], kind: Kind) {
        self.x = x
        self.kind = kind
        (count, sampleShape) = (shape[0], Array(shape.dropFirst()))
    }

    /// How many numbers all samples have.
    var numberCount: Int { count * sampleShape.reduce(1, *) }

    /// The rows of the next piece; none at the end.
    mutating func nextRows() -> Range<Int> {
        let start = row
        row = min(count, start + max(1, Self.pieceSize / sampleShape.reduce(1, *)))
        return start..<row
    }
}
