/// One dimension of the search space.
package struct SearchParameter: Hashable, Sendable {
    /// The dotted path of the key that it sets.
    package let path: String
    package let domain: ParameterDomain

    package init(path: String, domain: ParameterDomain) {
        self.path = path
        self.domain = domain
    }
}

extension SearchParameter {
    init(reading section: Section, path: String, sampler: SearchDescription.Sampler?) throws(ExperimentError) {
        guard let components = ConfigPath(path)?.components else {
            throw section.error("\"\(path)\" is no dotted path")
        }
        for (prefix, reason) in Self.fixed where components.starts(with: prefix) {
            throw section.error("\(prefix.joined(separator: ".")) cannot be searched: \(reason)")
        }
        self.path = path
        domain = try ParameterDomain(reading: section)
        if sampler == .grid, domain.count == nil {
            throw section.error("a grid needs values, or min and max with integer: true")
        }
    }

    /// Keys that must be the same in every trial of a study.
    private static let fixed: [(prefix: [String], reason: String)] = [
        (["name"], "it names the study"),
        (["seed"], "every trial has its own, and search.seeds says how many"),
        (["search"], "a search space cannot hold itself"),
        (["checkpoint"], "it has no bearing on results"),
        (["requires"], "it has no bearing on results"),
        (["data", "source"], "trials are compared on the same data"),
        (["data", "split"], "trials are compared on the same data"),
        (["data", "labelled"], "trials are compared on the same data"),
        (["train", "epochs"], "it is the budget; early stopping finds the best epoch"),
        (["train", "select"], "trials are compared by the same metric"),
    ]
}
