extension Targets {
    /// What to do where classes look like numbers that are to be predicted; nil where they do not.
    ///
    /// They do where all are numbers and there are more than ten with decimals among them, or more than twenty whole
    /// ones of which most come less than five times.
    package var regressionHint: String? {
        guard case .classes(let labels, let names) = self else { return nil }
        let numbers = names.compactMap { Double($0) }
        guard numbers.count == names.count else { return nil }
        let areWhole = numbers.allSatisfy { $0 == $0.rounded() }
        guard areWhole ? names.count > 20 && labels.count < 5 * names.count : names.count > 10 else { return nil }
        return
            "the target has \(names.count) different numbers in \(labels.count) samples, which are classes now and "
            + "look "
            + "like a regression's: say task: regression"
    }
}
