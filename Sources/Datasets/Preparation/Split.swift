import Random

/// The training, validation, test and unlabelled samples of a data set; no sample is in two parts.
package struct Split: Sendable, Equatable {
    /// Positions in the data set, ascending.
    package let training: [Int]
    package let validation: [Int]
    package let test: [Int]
    package let unlabelled: [Int]

    package init(training: [Int], validation: [Int], test: [Int], unlabelled: [Int]) {
        self.training = training
        self.validation = validation
        self.test = test
        self.unlabelled = unlabelled
    }

    /// Draws a split.
    ///
    /// Validation and test have exactly the requested number of samples; a fraction is relative to the samples that the
    /// source does not set apart, and rounded. The rest is the training part, or the requested number of it. Stratified,
    /// every class has its share of each part within one sample, by largest remainders.
    ///
    /// - Parameter seed: the same seed, data and request give the same split; without `training`, `imbalance` and
    ///   `labelled`, the one from which those three select.
    /// - Throws: if a part is empty, or more samples are requested than exist; if a class has no training sample; if the
    ///   request contradicts itself, or needs classes and there are none.
    package static func make(of dataset: Dataset, _ request: SplitRequest, seed: UInt64) throws(DatasetError) -> Split {
        if request.kind != .random { return try ordered(dataset, request, seed: seed) }
        var draw = try SplitDraw(dataset, request, seed: seed)
        let validation = try draw.validation()
        let test = try draw.test()
        let training = try draw.training()
        let split = Split(training: training, validation: validation, test: test, unlabelled: draw.unlabelled())
        try split.check(dataset, request)
        return split
    }

    /// A split that something else than chance decides, or of which there are several.
    private static func ordered(
        _ dataset: Dataset, _ request: SplitRequest, seed: UInt64
    ) throws(DatasetError) -> Split {
        try request.check(dataset)
        let rows = dataset.own.remaining(of: dataset.count)
        let own = (dataset.own.validation.map(Array.init), dataset.own.test.map(Array.init))
        let parts: (training: [Int], validation: [Int], test: [Int])
        switch (request.kind, dataset.splitKeys) {
        case (.fold(let index, let count), _):
            parts = try FoldedRows(dataset, request, rows, seed: seed).parts(of: index, count: count)
        case (.group, .groups(let groups, _, let column)?):
            parts = try GroupedRows(rows, groups: groups, column: column, seed: seed).parts(request, of: dataset, own)
        case (.time, .times(let times, _)?):
            parts = try TimedRows(rows, times: times).parts(request, of: dataset, own)
        default:
            throw DatasetError(.contradiction, in: dataset.name, "has no column to split by: only a table has")
        }
        let split = Split(
            training: parts.training, validation: own.0 ?? parts.validation, test: own.1 ?? parts.test,
            unlabelled: dataset.own.unlabelled.map(Array.init) ?? [])
        try split.check(dataset, request)
        return split
    }

    private func check(_ dataset: Dataset, _ request: SplitRequest) throws(DatasetError) {
        var parts = [("training", training), ("validation", validation), ("test", test)]
        if request.labelled != nil { parts.append(("unlabelled", unlabelled)) }
        for (name, part) in parts where part.isEmpty {
            throw DatasetError(
                .emptyPart, in: dataset.name, "the \(name) part gets none of the \(dataset.count) samples")
        }
        if case .classes(let labels, let names) = dataset.targets {
            let trained = Set(training.map { labels[$0] })
            guard let missing = names.indices.first(where: { !trained.contains(Int32($0)) }) else { return }
            throw DatasetError(
                .classNotInTraining, in: dataset.name,
                (["the training part gets no sample of class \(names[missing])"]
                    + [dataset.targets.regressionHint].compactMap { $0 }).joined(separator: "; "))
        }
    }
}

/// A split while it is drawn: first the validation part, then the test part, then the training part, each from the
/// remaining rows.
struct SplitDraw {
    private let dataset: Dataset
    private let request: SplitRequest
    private let seed: UInt64
    private let labels: [Int32]?
    private let names: [String]
    /// The remaining rows of those that the source does not set apart.
    private var rows: DrawnRows
    /// How many of those there were.
    private let total: Int
    /// The test part's size in each group, if it is drawn from `rows`.
    private var testSizes: [Int]?

    init(_ dataset: Dataset, _ request: SplitRequest, seed: UInt64) throws(DatasetError) {
        self.dataset = dataset
        self.request = request
        self.seed = seed
        if case .classes(let labels, let names) = dataset.targets {
            (self.labels, self.names) = (labels, names)
        } else {
            (labels, names) = (nil, [])
        }
        let remaining = dataset.own.remaining(of: dataset.count)
        try request.check(dataset)
        rows = DrawnRows(remaining, labels: request.stratified ? labels : nil, classes: names.count, seed: seed)
        total = remaining.count
    }

    /// The validation part, drawn from the source's own one if it has one.
    mutating func validation() throws(DatasetError) -> [Int] {
        var request = self.request
        if let count = request.labelled?.validationCount { request.validation = .count(count) }
        let fromRows = dataset.own.validation == nil
        if fromRows, request.validation == nil { throw missing("validation") }
        let count = fromRows ? request.validation?.resolved(of: total) ?? 0 : 0
        let testCount = dataset.own.test == nil ? request.test?.resolved(of: total) ?? 0 : 0
        guard count + testCount <= total else {
            let wish = testCount > 0 ? "validation and test together ask for" : "validation asks for"
            throw tooFew("\(wish) \(count + testCount) samples", total)
        }
        let isBalanced = request.labelled?.balanced ?? false
        guard fromRows, !isBalanced else {
            var pool = rows
            if let own = dataset.own.validation { pool = ownRows(own, pool: 2) }
            let size = request.validation?.resolved(of: pool.count)
            let drawn = try draw(size, from: &pool, as: "validation", balanced: isBalanced)
            if fromRows { rows = pool }
            testSizes = PartSizes(groups: rows.sizes, validation: 0, test: testCount).test
            return drawn
        }
        // Both at once, so that a class can balance a rounding in one part in the other.
        let sizes = PartSizes(groups: rows.sizes, validation: count, test: testCount)
        testSizes = sizes.test
        return rows.draw(sizes.validation)
    }

    /// The test part, drawn from the source's own one if it has one.
    mutating func test() throws(DatasetError) -> [Int] {
        if let own = dataset.own.test {
            var pool = ownRows(own, pool: 1)
            return try draw(request.test?.resolved(of: pool.count), from: &pool, as: "test", balanced: false)
        }
        if request.test == nil { throw missing("test") }
        return rows.draw(testSizes ?? [])
    }

    /// The training part, drawn from the remaining rows.
    mutating func training() throws(DatasetError) -> [Int] {
        if let labelled = request.labelled {
            return try draw(labelled.count, from: &rows, as: "labelled", balanced: labelled.balanced)
        }
        if let imbalance = request.imbalance { return try draw(ofEachClass: imbalance, from: &rows, as: "imbalance") }
        return try draw(request.training?.resolved(of: total), from: &rows, as: "train", balanced: false)
    }

    /// The samples without a label, and those to be treated as such.
    func unlabelled() -> [Int] {
        let own = dataset.own.unlabelled.map(Array.init) ?? []
        return request.labelled == nil ? own : (rows.rows + own).sorted()
    }

    private func ownRows(_ range: Range<Int>, pool: Int) -> DrawnRows {
        DrawnRows(Array(range), labels: request.stratified ? labels : nil, classes: names.count, pool: pool, seed: seed)
    }

    /// Draws `count` samples; all if it is nil.
    private func draw(
        _ count: Int?, from pool: inout DrawnRows, as part: String, balanced: Bool
    ) throws(DatasetError) -> [Int] {
        let size = count ?? pool.count
        if balanced, count != nil {
            return try draw(ofEachClass: balancedSizes(size, part: part), from: &pool, as: part)
        }
        guard size <= pool.count else { throw tooFew("\(part) asks for \(size) samples", pool.count) }
        return pool.draw(total: size)
    }

    private func draw(
        ofEachClass sizes: [Int], from pool: inout DrawnRows, as part: String
    ) throws(DatasetError) -> [Int] {
        guard let labels else { return [] }
        let there = pool.classSizes(labels, classes: names.count)
        for (label, size) in sizes.enumerated() where size > there[label] {
            throw tooFew("\(part) asks for \(size) samples of class \(names[label])", there[label])
        }
        return pool.draw(ofEachClass: sizes, labels: labels)
    }

    /// Equally many of each class; which classes give one more is drawn.
    private func balancedSizes(_ count: Int, part: String) -> [Int] {
        let (each, extra) = count.quotientAndRemainder(dividingBy: names.count)
        var random = RandomStream(seed: seed, stream: .split, index: part == "labelled" ? 3 << 20 : 4 << 20)
        var sizes = Array(repeating: each, count: names.count)
        for label in random.permutation(of: names.count).prefix(extra) { sizes[label] += 1 }
        return sizes
    }

    private func missing(_ part: String) -> DatasetError {
        DatasetError(
            .emptyPart, in: dataset.name,
            "has no \(part) part of its own; say in split.\(part) how many samples it gets")
    }

    private func tooFew(_ wish: String, _ count: Int) -> DatasetError {
        DatasetError(.tooFewSamples, in: dataset.name, "\(wish), but there are \(count)")
    }
}
