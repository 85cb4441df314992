import Experiments

/// What a person has to be told where a study's trials were trained for another number of epochs than a run asks for.
struct BudgetWarning: CustomStringConvertible {
    let description: String

    /// Nil where all that is completed has the budget that is asked for.
    ///
    /// - Parameter isOver: whether there is nothing left to train.
    init?(_ study: StudyState, asked: Int, isOver: Bool) {
        let others = study.trials.filter { $0.hasOtherBudget(than: asked) }
        guard !others.isEmpty else { return nil }
        let epochs = Set(others.compactMap { $0.outcome?.stopEpoch }).sorted()
        let trained = epochs.map(String.init).joined(separator: ", ")
        let trials =
            "\(others.count) of its \(study.trials.count) trials \(others.count == 1 ? "was" : "were") trained for "
        if isOver {
            description =
                trials
                + "\(trained) epochs, not for the \(asked) that are asked for: it is shown as it is; choose another "
                + "folder with --study to train for \(asked)"
        } else {
            description =
                trials + "\(trained) epochs, and this run trains for \(asked): they are kept, but neither averaged nor "
                + "compared with the others; --set train.epochs=\(max(asked, epochs.last ?? asked)) gives all the same"
        }
    }
}
