internal import Random

/// A split while it is drawn: validation first, then the test, then what trains; each takes from what is left.
struct SplitDraw {
    private let dataset: Dataset
    private let request: SplitRequest
    private let seed: UInt64
    private let labels: [Int32]?
    private let names: [String]
    /// What the source does not set apart, or what is left of it.
    private var rows: DrawnRows
    /// How many of those there were.
    private let total: Int
    /// The test's size, while it is to be taken from `rows`.
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
        rows = DrawnRows(
            remaining, labels: request.stratified ? labels : nil, classes: names.count, seed: seed)
        total = remaining.count
    }

    /// What validates: drawn from the source's own part, where it has one.
    mutating func validation() throws(DatasetError) -> [Int] {
        var request = self.request
        if let count = request.labelled?.validationCount { request.validation = .count(count) }
        let fromRows = dataset.own.validation == nil
        if fromRows, request.validation == nil { throw missing("validation") }
        let count = fromRows ? request.validation?.resolved(of: total) ?? 0 : 0
        let testCount = dataset.own.test == nil ? request.test?.resolved(of: total) ?? 0 : 0
        guard count + testCount <= total else {
            throw tooFew("validation and test together ask for \(count + testCount) samples", total)
        }
        let isBalanced = request.labelled?.balanced ?? false
        guard fromRows, !isBalanced else {
            var pool = rows
            if let own = dataset.own.validation { pool = ownRows(own, pool: 2) }
            let size = request.validation?.resolved(of: pool.count)
            let taken = try take(size, of: &pool, as: "validation", balanced: isBalanced)
            if fromRows { rows = pool }
            testSizes = PartSizes(groups: rows.sizes, validation: 0, test: testCount).test
            return taken
        }
        // Both at once, so that what a class owes to the one can be given to the other.
        let sizes = PartSizes(groups: rows.sizes, validation: count, test: testCount)
        testSizes = sizes.test
        return rows.take(sizes.validation)
    }

    /// What tests: drawn from the source's own part, where it has one.
    mutating func test() throws(DatasetError) -> [Int] {
        if let own = dataset.own.test {
            var pool = ownRows(own, pool: 1)
            return try take(request.test?.resolved(of: pool.count), of: &pool, as: "test", balanced: false)
        }
        if request.test == nil { throw missing("test") }
        return rows.take(testSizes ?? [])
    }

    /// What trains, of what is left.
    mutating func training() throws(DatasetError) -> [Int] {
        if let labelled = request.labelled {
            return try take(labelled.count, of: &rows, as: "labelled", balanced: labelled.balanced)
        }
        if let imbalance = request.imbalance {
            return try take(ofEachClass: imbalance, of: &rows, as: "imbalance")
        }
        return try take(request.training?.resolved(of: total), of: &rows, as: "train", balanced: false)
    }

    /// What has no label, and what is to be treated as if it had none.
    func unlabelled() -> [Int] {
        let own = dataset.own.unlabelled.map(Array.init) ?? []
        return request.labelled == nil ? own : (rows.rows + own).sorted()
    }

    private func ownRows(_ range: Range<Int>, pool: Int) -> DrawnRows {
        DrawnRows(
            Array(range), labels: request.stratified ? labels : nil, classes: names.count, pool: pool, seed: seed)
    }

    /// Takes `count` samples, all where it is nil.
    private func take(
        _ count: Int?, of pool: inout DrawnRows, as part: String, balanced: Bool
    ) throws(DatasetError) -> [Int] {
        let size = count ?? pool.count
        guard size <= pool.count else { throw tooFew("\(part) asks for \(size) samples", pool.count) }
        guard balanced, count != nil else { return pool.take(total: size) }
        return try take(ofEachClass: balancedSizes(size, part: part), of: &pool, as: part)
    }

    private func take(
        ofEachClass sizes: [Int], of pool: inout DrawnRows, as part: String
    ) throws(DatasetError) -> [Int] {
        guard let labels else { return [] }
        let there = pool.classSizes(labels, classes: names.count)
        for (label, size) in sizes.enumerated() where size > there[label] {
            throw tooFew("\(part) asks for \(size) samples of class \(names[label])", there[label])
        }
        return pool.take(ofEachClass: sizes, labels: labels)
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
