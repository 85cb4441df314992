/// How a data set is split.
package struct SplitRequest: Sendable, Hashable {
    /// What decides which rows come into which part.
    package enum Kind: Sendable, Hashable {
        /// Chance.
        case random
        /// Chance deals what the test part leaves into `count` folds of equal size: the one at `index`, from 0, validates,
        /// and the others train.
        case fold(Int, count: Int)
        /// A column of the table: no group of rows is in two parts.
        case group
        /// A column of the table: the last rows test, those before them validate, and the first train.
        case time
    }

    package var kind: Kind
    /// The training part; nil is all remaining samples.
    package var training: Amount?
    /// The validation part; nil is the source's own.
    package var validation: Amount?
    /// The test part; nil is the source's own. If the source has one, it is drawn from that.
    package var test: Amount?
    /// Whether every class has its share of each part; no effect on a data set without classes.
    package var stratified: Bool
    /// The number of training samples of each class, drawn after the validation and test parts.
    package var imbalance: [Int]?
    /// The training samples that keep their labels; the others become unlabelled.
    package var labelled: Labelled?

    package init(
        kind: Kind = .random, training: Amount? = nil, validation: Amount?, test: Amount?, stratified: Bool,
        imbalance: [Int]? = nil,
        labelled: Labelled? = nil
    ) {
        self.kind = kind
        self.training = training
        self.validation = validation
        self.test = test
        self.stratified = stratified
        self.imbalance = imbalance
        self.labelled = labelled
    }

    /// The samples whose labels a semi-supervised training may use.
    package struct Labelled: Sendable, Hashable {
        /// How many training samples keep their label.
        package var count: Int
        /// Whether all classes have equally many of them and of the validation part, within one.
        package var balanced: Bool
        /// The number of validation samples; nil is as `validation` says.
        package var validationCount: Int?

        package init(count: Int, balanced: Bool, validationCount: Int? = nil) {
            self.count = count
            self.balanced = balanced
            self.validationCount = validationCount
        }
    }
}

/// The number of samples of a part.
package enum Amount: Sendable, Hashable {
    /// A fraction of the samples that the part is drawn from, in 0...1.
    case share(Double)
    case count(Int)

    /// The number of samples of `total`; a fraction is rounded to the nearest.
    func resolved(of total: Int) -> Int {
        switch self {
        case .share(let share): Int((Double(total) * share).rounded())
        case .count(let count): count
        }
    }
}

extension SplitRequest {
    /// Throws if the request contradicts itself, or does not fit the data set.
    func check(_ dataset: Dataset) throws(DatasetError) {
        func fail(_ code: DatasetError.Code, _ message: String) -> DatasetError {
            DatasetError(code, in: dataset.name, message)
        }
        for (part, amount) in [("train", training), ("validation", validation), ("test", test)] {
            switch amount {
            case .share(let share) where !(0...1 ~= share):
                throw fail(.badParameter, "split.\(part) is \(share); a share lies between 0 and 1")
            case .count(let count) where count < 0:
                throw fail(.badParameter, "split.\(part) is \(count); a number of samples is not negative")
            default: break
            }
        }
        let ways = [("split.train", training != nil), ("imbalance", imbalance != nil), ("labelled", labelled != nil)]
            .filter(\.1).map(\.0)
        if kind != .random, let key = ways.first {
            throw fail(.contradiction, "\(key) goes with a random split alone")
        }
        guard ways.count <= 1 else {
            throw fail(.contradiction, "\(ways.joined(separator: " and ")) both say which samples train; give one")
        }
        if let imbalance {
            guard let names = dataset.targets.classNames else {
                throw fail(.needsClasses, "imbalance lists samples of each class, but the targets are numbers")
            }
            guard imbalance.count == names.count else {
                throw fail(
                    .wrongLength, "imbalance lists \(imbalance.count) counts, but there are \(names.count) classes")
            }
            if let negative = imbalance.first(where: { $0 < 0 }) {
                throw fail(.badParameter, "imbalance has \(negative); a number of samples is not negative")
            }
        }
        if let labelled {
            guard dataset.targets.classNames != nil else {
                throw fail(.needsClasses, "labelled leaves samples without their class, but the targets are numbers")
            }
            if let negative = [labelled.count, labelled.validationCount ?? 0].first(where: { $0 < 0 }) {
                throw fail(.badParameter, "labelled asks for \(negative); a number of samples is not negative")
            }
        }
    }
}
