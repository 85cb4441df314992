extension SplitRequest {
    /// Throws where the request contradicts itself, or asks for what these data do not have.
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
