internal import Experiments
internal import HDF5

/// The confusion matrices of the trials that have them, at their selected epochs: counts [trial, true, predicted], and
/// what follows of them for each class, [trial, class].
struct ConfusionArrays {
    private let trials: [(number: Int, matrices: [String: ConfusionMatrix])]
    private let classes: [String]

    /// - Returns: nil where no trial has any.
    init?(_ trials: [TrialState]) {
        let matrices = trials.compactMap { trial in trial.outcome?.confusion.map { (trial.number, $0) } }
        guard let classes = matrices.lazy.compactMap({ $0.1.values.first?.classes }).first else { return nil }
        self.trials = matrices
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
            let counts = try matrices.flatMap { matrix in
                try matrix?.counts.map { try $0.asInt32() }
                    ?? Array(repeating: -1, count: classes.count * classes.count)
            }
            let array = try group.write(part, counts, shape: [trials.count, classes.count, classes.count])
            try array.attachScale(rows, dimension: 0)
            try array.attachScale(columns, dimension: 1)
            try array.attachScale(columns, dimension: 2)
            for (name, measure) in measures {
                let values = matrices.flatMap { matrix in
                    classes.indices.map { index in matrix.map { measure($0)(index) } ?? .nan }
                }
                let array = try group.write("\(part)_\(name)", values, shape: [trials.count, classes.count])
                try array.attachScale(rows, dimension: 0)
                try array.attachScale(columns, dimension: 1)
            }
        }
    }

    private let measures: [(String, (ConfusionMatrix) -> (Int) -> Double)] = [
        ("precision", ConfusionMatrix.precision), ("recall", ConfusionMatrix.recall), ("f1", ConfusionMatrix.f1),
    ]
}
