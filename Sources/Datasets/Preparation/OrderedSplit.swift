import Random

/// Rows that are dealt into folds, of which each validates once.
struct FoldedRows {
    private let dataset: Dataset
    private let request: SplitRequest
    private let rows: [Int]
    private let seed: UInt64

    /// - Parameter rows: those that the source does not set apart, ascending.
    init(_ dataset: Dataset, _ request: SplitRequest, _ rows: [Int], seed: UInt64) {
        self.dataset = dataset
        self.request = request
        self.rows = rows
        self.seed = seed
    }

    /// The test part is the same for all folds. Stratified, every class is dealt out in turn, going on with the next class
    /// where the last one ended, so that folds differ by one sample at most in all, and of every class.
    ///
    /// - Throws: where there are more folds than samples, or than samples of a class.
    func parts(of fold: Int, count: Int) throws(DatasetError) -> (training: [Int], validation: [Int], test: [Int]) {
        var labels: [Int32]?
        var names: [String] = []
        if request.stratified, case .classes(let all, let classNames) = dataset.targets {
            (labels, names) = (all, classNames)
        }
        var drawn = DrawnRows(rows, labels: labels, classes: names.count, seed: seed)
        var test: [Int] = []
        if let own = dataset.own.test {
            test = Array(own)
        } else if let size = request.test?.resolved(of: rows.count) {
            guard size < rows.count else {
                throw DatasetError(
                    .tooFewSamples, in: dataset.name, "test asks for \(size) samples, but there are \(rows.count)")
            }
            test = drawn.draw(total: size)
        }
        for (index, size) in drawn.sizes.enumerated() where size < count {
            let what = labels == nil ? "there are \(size) samples" : "class \(names[index]) has \(size) samples"
            throw DatasetError(
                .tooFewSamples, in: dataset.name,
                "\(what) beside the test part, fewer than the \(count) folds, so that a fold gets none")
        }
        var (training, validation): ([Int], [Int]) = ([], [])
        var next = 0
        for group in drawn.groupsInOrder {
            for row in group {
                if next == fold { validation.append(row) } else { training.append(row) }
                next = (next + 1) % count
            }
        }
        return (training.sorted(), validation.sorted(), test)
    }
}

/// Rows in groups, of which none is in two parts.
struct GroupedRows {
    private let groups: [[Int]]
    private let column: String

    /// - Parameters:
    ///   - rows: those that the source does not set apart, ascending.
    ///   - groups: of every row of the data set.
    init(_ rows: [Int], groups: [Int32], column: String, seed: UInt64) {
        var members: [Int32: [Int]] = [:]
        for row in rows { members[groups[row], default: []].append(row) }
        let inOrder = members.sorted { $0.key < $1.key }.map(\.value)
        var random = RandomStream(seed: seed, stream: .split, index: 0)
        self.groups = random.permutation(of: inOrder.count).map { inOrder[$0] }
        self.column = column
    }

    /// Groups in random order, each to the first part that has room for more than half of it: validation, test, training.
    ///
    /// - Throws: where a part gets no group.
    func parts(
        _ request: SplitRequest, of dataset: Dataset, _ own: (validation: [Int]?, test: [Int]?)
    ) throws(DatasetError) -> (training: [Int], validation: [Int], test: [Int]) {
        let count = groups.reduce(0) { $0 + $1.count }
        var due = [
            own.validation == nil ? request.validation?.resolved(of: count) ?? 0 : 0,
            own.test == nil ? request.test?.resolved(of: count) ?? 0 : 0,
        ]
        let needed = 1 + due.count { $0 > 0 }
        guard groups.count >= needed else {
            throw DatasetError(
                .tooFewSamples, in: dataset.name, column: column,
                "has \(groups.count == 1 ? "one group" : "\(groups.count) groups"), and \(needed) parts need one each")
        }
        var parts: [[Int]] = [[], []]
        var training: [Int] = []
        for (index, group) in groups.enumerated() {
            // What is left has to do for the parts that have nothing yet.
            let empty = due.indices.filter { due[$0] > 0 && parts[$0].isEmpty }
            let isScarce = groups.count - index <= empty.count + (training.isEmpty ? 1 : 0)
            let part =
                isScarce ? (training.isEmpty ? nil : empty.first) : due.indices.first { 2 * due[$0] > group.count }
            if let part {
                parts[part] += group
                due[part] -= group.count
            } else {
                training += group
            }
        }
        return (training.sorted(), parts[0].sorted(), parts[1].sorted())
    }
}

/// Rows in the order of time.
struct TimedRows {
    private let rows: [Int]

    /// - Parameters:
    ///   - rows: those that the source does not set apart, ascending.
    ///   - times: of every row of the data set; rows of the same time stay in their order.
    init(_ rows: [Int], times: [Double]) {
        self.rows = rows.sorted { (times[$0], $0) < (times[$1], $1) }
    }

    func parts(
        _ request: SplitRequest, of dataset: Dataset, _ own: (validation: [Int]?, test: [Int]?)
    ) throws(DatasetError) -> (training: [Int], validation: [Int], test: [Int]) {
        let test = own.test == nil ? request.test?.resolved(of: rows.count) ?? 0 : 0
        let validation = own.validation == nil ? request.validation?.resolved(of: rows.count) ?? 0 : 0
        guard test + validation < rows.count else {
            throw DatasetError(
                .tooFewSamples, in: dataset.name,
                "validation and test together ask for \(test + validation) samples, but there are \(rows.count)")
        }
        let (first, second) = (rows.count - test - validation, rows.count - test)
        return (rows[..<first].sorted(), rows[first..<second].sorted(), rows[second...].sorted())
    }
}
