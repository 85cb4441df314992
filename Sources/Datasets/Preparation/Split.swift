internal import Random

/// Which samples train, which validate and which test: every sample is in exactly one part.
package struct Split: Sendable, Equatable {
    /// Positions in the data set, ascending.
    package let training: [Int]
    package let validation: [Int]
    package let test: [Int]

    /// Draws a split.
    ///
    /// Validation and test have exactly round(count x share) samples, the rest trains. Stratified, every class gives
    /// its share of them within one sample, by largest remainders.
    ///
    /// - Parameters:
    ///   - validation: the share of all samples that validates, in 0..<1.
    ///   - test: the share that tests, in 0..<1.
    ///   - stratified: has no effect on a data set without classes.
    ///   - seed: the same seed, data and shares give the same split.
    /// - Throws: where a part gets no sample, or where a class has none to train on.
    package static func make(
        of dataset: Dataset, validation: Double, test: Double, stratified: Bool, seed: UInt64
    ) throws(DatasetError) -> Split {
        var groups = [Array(0..<dataset.count)]
        if stratified, case .classes(let labels, let names) = dataset.targets {
            groups = Array(repeating: [], count: names.count)
            for (row, label) in labels.enumerated() { groups[Int(label)].append(row) }
        }
        let sizes = PartSizes(
            groups: groups.map(\.count), validation: Int((Double(dataset.count) * validation).rounded()),
            test: Int((Double(dataset.count) * test).rounded()))
        let split = Split(groups, sizes: sizes, seed: seed)
        try split.check(dataset)
        return split
    }

    /// Draws from each group as many as `sizes` says.
    private init(_ groups: [[Int]], sizes: PartSizes, seed: UInt64) {
        var parts: (training: [Int], validation: [Int], test: [Int]) = ([], [], [])
        for (index, group) in groups.enumerated() {
            var random = RandomStream(seed: seed, stream: .split, index: index)
            let shuffled = random.permutation(of: group.count).map { group[$0] }
            let validationEnd = sizes.validation[index]
            let testEnd = validationEnd + sizes.test[index]
            parts.validation += shuffled[..<validationEnd]
            parts.test += shuffled[validationEnd..<testEnd]
            parts.training += shuffled[testEnd...]
        }
        training = parts.training.sorted()
        validation = parts.validation.sorted()
        test = parts.test.sorted()
    }

    private func check(_ dataset: Dataset) throws(DatasetError) {
        for (name, part) in [("training", training), ("validation", validation), ("test", test)] where part.isEmpty {
            throw DatasetError(
                .emptyPart, in: dataset.name, "the \(name) part gets none of the \(dataset.count) samples")
        }
        if case .classes(let labels, let names) = dataset.targets {
            let trained = Set(training.map { labels[$0] })
            guard let missing = names.indices.first(where: { !trained.contains(Int32($0)) }) else { return }
            throw DatasetError(
                .classNotInTraining, in: dataset.name, "the training part gets no sample of class \(names[missing])")
        }
    }
}
