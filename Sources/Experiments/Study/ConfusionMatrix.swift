/// How often each class was predicted as each: rows are the true classes, columns the predicted ones.
///
/// Precision, recall and F1 are 0 where they would divide by zero, as scikit-learn has them by default.
package struct ConfusionMatrix: Hashable, Sendable {
    /// The most classes that a matrix is kept for: 4,096 take 128 MiB.
    package static let mostClasses = 4_096

    package let classes: [String]
    /// Row-major, classes x classes: `counts[true * classes.count + predicted]`.
    package let counts: [Int]

    package init(classes: [String], counts: [Int]) {
        precondition(counts.count == classes.count * classes.count, "a confusion matrix is square")
        self.classes = classes
        self.counts = counts
    }

    package subscript(expected: Int, predicted: Int) -> Int { counts[expected * classes.count + predicted] }

    /// How many samples of the class there are.
    package func support(_ index: Int) -> Int {
        classes.indices.reduce(0) { $0 + self[index, $1] }
    }

    /// How many samples were predicted as the class.
    package func predicted(_ index: Int) -> Int {
        classes.indices.reduce(0) { $0 + self[$1, index] }
    }

    package var sampleCount: Int { counts.reduce(0, +) }

    /// The share of samples whose predicted class is the true one.
    package var accuracy: Double {
        Self.ratio(classes.indices.reduce(0) { $0 + self[$1, $1] }, sampleCount)
    }

    /// Of those predicted as the class, the share that are of it.
    package func precision(_ index: Int) -> Double { Self.ratio(self[index, index], predicted(index)) }

    /// Of those of the class, the share that were predicted as it.
    package func recall(_ index: Int) -> Double { Self.ratio(self[index, index], support(index)) }

    /// 2 precision recall / (precision + recall).
    package func f1(_ index: Int) -> Double {
        Self.ratio(2 * self[index, index], support(index) + predicted(index))
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
