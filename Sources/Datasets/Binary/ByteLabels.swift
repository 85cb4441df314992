/// Labels that are bytes, as classes.
struct ByteLabels {
    private let labels: [UInt8]
    private let names: [String]?

    /// - Parameter names: those of the labels 0, 1, ...; where it is nil, each label that occurs is a class.
    init(_ labels: [UInt8], names: [String]?) {
        self.labels = labels
        self.names = names
    }

    /// - Parameter path: the file, for errors.
    /// - Throws: where a label has no name, or where there is but one class.
    func targets(in path: String) throws(DatasetError) -> Targets {
        var classes = [Int32](repeating: -1, count: 256)
        var isThere = [Bool](repeating: false, count: 256)
        for label in labels { isThere[Int(label)] = true }
        let found = isThere.indices.filter { isThere[$0] }
        guard found.count > 1 else {
            throw DatasetError(
                .oneClass, in: path, "every label is \(found.first ?? 0); there is nothing to tell apart")
        }
        if let names, let last = found.last, last >= names.count {
            throw DatasetError(.unknownClass, in: path, "has the label \(last), but there are \(names.count) classes")
        }
        let known = names.map { Array($0.indices) } ?? found
        for (place, label) in known.enumerated() { classes[label] = Int32(place) }
        return .classes(labels.map { classes[Int($0)] }, names: names ?? known.map { String($0) })
    }
}
