/// Which samples train, which validate, which test, and which train without their labels; no sample is in two parts.
package struct Split: Sendable, Equatable {
    /// Positions in the data set, ascending.
    package let training: [Int]
    package let validation: [Int]
    package let test: [Int]
    package let unlabelled: [Int]

    /// Draws a split.
    ///
    /// Validation and test have exactly the number of samples that is asked for; a share is one of the samples that the
    /// source does not set apart, and rounded. The rest trains, or what is asked for of it. Stratified, every class
    /// gives its share of each part within one sample, by largest remainders.
    ///
    /// - Parameter seed: the same seed, data and request give the same split; without `training`, `imbalance` and
    ///   `labelled`, the one that those three take their samples from.
    /// - Throws: where a part gets no sample, or more are asked for than there are; where a class has none to train on;
    ///   where the request contradicts itself, or needs classes and there are none.
    package static func make(of dataset: Dataset, _ request: SplitRequest, seed: UInt64) throws(DatasetError) -> Split {
        var draw = try SplitDraw(dataset, request, seed: seed)
        let validation = try draw.validation()
        let test = try draw.test()
        let training = try draw.training()
        let split = Split(
            training: training, validation: validation, test: test, unlabelled: draw.unlabelled())
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
