internal import HDF5

extension HDF5Reader {
    /// The shape that the samples of all parts have.
    func sampleShape(of parts: [HDF5Part]) throws(DatasetError) -> [Int] {
        let first = parts[0]
        for part in parts {
            guard part.sampleShape == first.sampleShape else {
                throw fail(
                    .sampleShape, "/\(part.name)/x",
                    "samples are \(shapeText(part.sampleShape)), but those of /train/x \(shapeText(first.sampleShape))")
            }
            guard part.holdsBytes == first.holdsBytes else {
                throw fail(
                    .wrongFormat, "/\(part.name)/x",
                    "holds \(part.holdsBytes ? "bytes" : "floats"), but /train/x \(first.holdsBytes ? "bytes" : "floats")"
                )
            }
        }
        return first.sampleShape
    }

    /// The targets of all parts, one after the other.
    func targets(of parts: [HDF5Part]) throws(DatasetError) -> Targets {
        var values: [Float] = []
        var labels: [(part: String, labels: [Int64])] = []
        for part in parts {
            switch part.targets {
            case .values(let more): values += more
            case .labels(let more): labels.append((part.name, more))
            }
        }
        return labels.isEmpty ? .values(values) : try classes(labels)
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
        return .classes(indices, names: names ?? known.map { String($0) })
    }

    private func classNames() throws(DatasetError) -> [String]? {
        try attempt { () throws(HDF5Error) in
            if try root.hasAttribute("class_names") { return try root.attribute("class_names", as: [String].self) }
            let labels = try root.dataset("train/y")
            guard try labels.hasAttribute("class_names") else { return nil }
            return try labels.attribute("class_names", as: [String].self)
        }
    }
}
