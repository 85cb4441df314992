/// How often each class was predicted as each: rows are the true classes, columns the predicted ones.
///
/// Precision, recall and F1 are 0 where they would divide by zero, as scikit-learn has them by default.
///
/// Only the cells that are not 0 are kept: with a thousand classes nearly all are.
package struct ConfusionMatrix: Hashable, Sendable {
    /// The most classes that a matrix is kept for: counting their samples takes a worker 128 MiB for 4,096.
    package static let mostClasses = 4_096

    /// How often a class was predicted as a class.
    package struct Cell: Hashable, Sendable {
        package let expected: Int
        package let predicted: Int
        package let count: Int

        package init(expected: Int, predicted: Int, count: Int) {
            self.expected = expected
            self.predicted = predicted
            self.count = count
        }
    }

    package let classes: [String]
    /// Those that are not 0, by true class, then by predicted one.
    package let cells: [Cell]
    /// Kept, not summed up at each question.
    private let supports: [Int]
    private let predictions: [Int]
    private let hits: [Int]
    package let sampleCount: Int

    /// - Parameter counts: row-major, classes x classes: `counts[true * classes.count + predicted]`.
    package init(classes: [String], counts: [Int]) {
        precondition(counts.count == classes.count * classes.count, "a confusion matrix is square")
        let cells = counts.indices.lazy.filter { counts[$0] != 0 }.map {
            Cell(expected: $0 / classes.count, predicted: $0 % classes.count, count: counts[$0])
        }
        guard let matrix = ConfusionMatrix(classes: classes, cells: Array(cells)) else {
            preconditionFailure("a count is not below 0")
        }
        self = matrix
    }

    /// - Parameter cells: in any order; the last one of equal classes counts.
    /// - Returns: nil where a class is not there, or a count is below 0.
    package init?(classes: [String], cells: [Cell]) {
        var ordered = cells
        let isLess = { (one: Cell, other: Cell) in (one.expected, one.predicted) < (other.expected, other.predicted) }
        if zip(ordered, ordered.dropFirst()).contains(where: { !isLess($0, $1) }) {
            // Swift's sort keeps the order of equals.
            ordered.sort(by: isLess)
            ordered = ordered.indices.filter { index in
                index + 1 == ordered.count || isLess(ordered[index], ordered[index + 1])
            }.map { ordered[$0] }
        }
        ordered.removeAll { $0.count == 0 }
        var (supports, predictions) = (classes.map { _ in 0 }, classes.map { _ in 0 })
        var (hits, total) = (supports, 0)
        for cell in cells {
            guard classes.indices ~= cell.expected, classes.indices ~= cell.predicted, cell.count >= 0 else {
                return nil
            }
        }
        // Such counts are refused where they arrive; here their sums only must not trap.
        let limit = Int.max / 4 / (Self.mostClasses * Self.mostClasses)
        for cell in ordered {
            let count = min(cell.count, limit)
            total += count
            supports[cell.expected] += count
            predictions[cell.predicted] += count
            if cell.expected == cell.predicted { hits[cell.expected] = count }
        }
        self.classes = classes
        self.cells = ordered
        self.supports = supports
        self.predictions = predictions
        self.hits = hits
        sampleCount = total
    }

    /// All cells, row-major: classes x classes numbers.
    package var counts: [Int] {
        var counts = Array(repeating: 0, count: classes.count * classes.count)
        for cell in cells { counts[cell.expected * classes.count + cell.predicted] = cell.count }
        return counts
    }

    package subscript(expected: Int, predicted: Int) -> Int {
        var (low, high) = (0, cells.count)
        while low < high {
            let middle = (low + high) / 2
            if (cells[middle].expected, cells[middle].predicted) < (expected, predicted) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < cells.count, cells[low].expected == expected, cells[low].predicted == predicted else { return 0 }
        return cells[low].count
    }

    /// How many samples of the class there are.
    package func support(_ index: Int) -> Int { supports[index] }

    /// How many samples were predicted as the class.
    package func predicted(_ index: Int) -> Int { predictions[index] }

    /// The cells off the diagonal, the largest first, of equals the rarer true class first.
    package func worstConfusions(_ limit: Int) -> [Cell] {
        let wrong = cells.filter { $0.expected != $0.predicted }.sorted { one, other in
            guard one.count == other.count else { return one.count > other.count }
            guard supports[one.expected] == supports[other.expected] else {
                return supports[one.expected] < supports[other.expected]
            }
            return (one.expected, one.predicted) < (other.expected, other.predicted)
        }
        return Array(wrong.prefix(limit))
    }

    /// The share of samples whose predicted class is the true one.
    package var accuracy: Double {
        Self.ratio(hits.reduce(0, +), sampleCount)
    }

    /// Of those predicted as the class, the share that are of it.
    package func precision(_ index: Int) -> Double { Self.ratio(hits[index], predicted(index)) }

    /// Of those of the class, the share that were predicted as it.
    package func recall(_ index: Int) -> Double { Self.ratio(hits[index], support(index)) }

    /// 2 precision recall / (precision + recall).
    package func f1(_ index: Int) -> Double {
        Self.ratio(2 * hits[index], support(index) + predicted(index))
    }

    /// The mean over the classes that occur, each alike; one that neither occurs nor is predicted does not count.
    package func macro(_ measure: (ConfusionMatrix) -> (Int) -> Double) -> Double {
        let present = classes.indices.filter { support($0) + predicted($0) > 0 }
        guard !present.isEmpty else { return 0 }
        return present.map(measure(self)).reduce(0, +) / Double(present.count)
    }

    /// The mean over the classes, each weighted with how many samples it has.
    package func weighted(_ measure: (ConfusionMatrix) -> (Int) -> Double) -> Double {
        guard sampleCount > 0 else { return 0 }
        return classes.indices.map { measure(self)($0) * Double(support($0)) }.reduce(0, +) / Double(sampleCount)
    }

    private static func ratio(_ part: Int, _ whole: Int) -> Double {
        whole == 0 ? 0 : Double(part) / Double(whole)
    }
}
