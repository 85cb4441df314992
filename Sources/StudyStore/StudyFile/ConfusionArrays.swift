internal import Studies
internal import HDF5

/// The confusion matrices of the trials that have them, at their selected epochs: counts [trial, true, predicted], and
/// what follows of them for each class, [trial, class].
struct ConfusionArrays {
    private let trials: [(number: Int, matrices: [String: ConfusionMatrix])]
    private let classes: [String]

    /// - Returns: nil where no trial has any.
    init?(_ trials: [TrialState]) {
        let matrices = trials.compactMap { trial in
            trial.outcome?.confusion.map { (number: trial.number, matrices: $0) }
        }
        guard let classes = matrices.lazy.compactMap({ $0.matrices.values.first?.classes }).first else { return nil }
        // A worker that speaks of other classes than the first one has no place in the array.
        self.trials = matrices.map { number, matrices in
            (number, matrices.filter { $0.value.classes.count == classes.count })
        }
        self.classes = classes
    }

    func write(to root: Group) throws {
        let group = try root.create(group: "confusion")
        let rows = try group.write("trial_id", trials.map { try $0.number.asInt32() })
        try rows.makeScale(name: "trial_id")
        let columns = try group.write("class", classes.indices.map { try $0.asInt32() })
        try columns.makeScale(name: "class")
        try group.writeStrings("class_name", classes).attachScale(columns, dimension: 0)

        let parts = Set(trials.flatMap(\.matrices.keys)).sorted()
        for part in parts {
            let matrices = trials.map { $0.matrices[part] }
            // A trial without this part has no counts, which -1 says.
            let array = try group.writeCompressed(
                part, shape: [trials.count, classes.count, classes.count]
            ) { range in
                try matrices[range].flatMap { matrix in
                    try matrix.map(dense) ?? Array(repeating: Int32(-1), count: classes.count * classes.count)
                }
            }
            try array.attachScale(rows, dimension: 0)
            try array.attachScale(columns, dimension: 1)
            try array.attachScale(columns, dimension: 2)
            for (name, measure) in measures {
                let array = try group.writeCompressed("\(part)_\(name)", shape: [trials.count, classes.count]) {
                    range in
                    matrices[range].flatMap { matrix in
                        classes.indices.map { index in matrix.map { measure($0)(index) } ?? .nan }
                    }
                }
                try array.attachScale(rows, dimension: 0)
                try array.attachScale(columns, dimension: 1)
            }
        }
    }

    /// Classes x classes numbers.
    private func dense(_ matrix: ConfusionMatrix) throws -> [Int32] {
        var counts = [Int32](repeating: 0, count: classes.count * classes.count)
        for cell in matrix.cells { counts[cell.expected * classes.count + cell.predicted] = try cell.count.asInt32() }
        return counts
    }

    private let measures: [(String, (ConfusionMatrix) -> (Int) -> Double)] = [
        ("precision", ConfusionMatrix.precision), ("recall", ConfusionMatrix.recall), ("f1", ConfusionMatrix.f1),
    ]
}
