/// One dimension of the search space.
package struct SearchParameter: Hashable, Sendable {
    /// What the names of parameters mean.
    enum Names {
        /// Dotted paths of keys of the experiment.
        case keys
        /// A program's arguments.
        case arguments
    }

    /// That another parameter has one of some values.
    package struct Condition: Hashable, Sendable {
        package let path: String
        package let values: [ParameterValue]

        package init(path: String, values: [ParameterValue]) {
            self.path = path
            self.values = values
        }

        func holds(for elements: [Assignment.Element]) -> Bool {
            guard let element = elements.first(where: { $0.path == path }) else { return false }
            return values.contains { $0.isSame(as: element.value) }
        }
    }

    /// The dotted path of the key that it sets, or the argument of a program.
    package let path: String
    package let domain: ParameterDomain
    /// What must hold, all of it, for the parameter to take part in a point; each is about a parameter before it.
    package let conditions: [Condition]

    package init(path: String, domain: ParameterDomain, conditions: [Condition] = []) {
        self.path = path
        self.domain = domain
        self.conditions = conditions
    }
}

extension SearchParameter {
    /// - Parameter earlier: the parameters that stand before it.
    init(
        reading section: Section, path: String, _ names: Names, sampler: SearchDescription.Sampler?,
        after earlier: [SearchParameter]
    ) throws(ExperimentError) {
        try names.check(path) { section.error($0) }
        self.path = path
        domain = try ParameterDomain(reading: section)
        if case .values(let values) = domain {
            for (place, value) in values.enumerated() {
                try names.check(value, of: path) { section.error(at: "values", "value \(place + 1): \($0)") }
            }
        }
        if sampler == .grid, domain.count == nil {
            throw section.error("a grid needs values, min and max with integer: true, or a step")
        }
        var conditions: [Condition] = []
        for (name, place, value) in try section.optional("when")?.members("a mapping from parameters to values") ?? [] {
            var named = value
            named.node.place = place
            conditions.append(try Condition(reading: value, path: name, named: named, after: earlier))
        }
        self.conditions = conditions
        guard !conditions.isEmpty else { return }
        section.note(
            "when",
            ConfigNode(
                .mapping(
                    conditions.map { condition in
                        let values = condition.values.map(\.node)
                        return .init(
                            key: condition.path, place: nil,
                            value: values.count == 1 ? values[0] : ConfigNode(.list(values)))
                    })))
    }
}

extension SearchParameter.Condition {
    /// Reads a value, or a list of them.
    ///
    /// - Parameter named: the value at the place of its name.
    fileprivate init(
        reading value: ConfigValue, path: String, named: ConfigValue, after earlier: [SearchParameter]
    ) throws(ExperimentError) {
        guard let parameter = earlier.first(where: { $0.path == path }) else {
            let others = earlier.map(\.path)
            throw named.error(
                "\(path) is not searched before this parameter; "
                    + (others.isEmpty ? "there is none before it" : "there are: \(others.joined(separator: ", "))"))
        }
        guard case .values(let choices) = parameter.domain else {
            throw named.error("\(path) is a range; a condition needs a parameter with a list of values")
        }
        var values: [ParameterValue]
        if case .list = value.node.content, !choices.contains(where: try ParameterValue(reading: value).isSame) {
            values = []
            for element in try value.elements() { values.append(try Self.choice(element, path, choices)) }
            guard !values.isEmpty else { throw value.error("the list of values is empty") }
        } else {
            values = [try Self.choice(value, path, choices)]
        }
        self.init(path: path, values: values)
    }

    private static func choice(
        _ value: ConfigValue, _ path: String, _ choices: [ParameterValue]
    ) throws(ExperimentError) -> ParameterValue {
        let given = try ParameterValue(reading: value)
        guard let choice = choices.first(where: given.isSame) else {
            throw value.error(
                "\(path) is never \(given); it is one of \(choices.map(\.description).joined(separator: ", "))")
        }
        return choice
    }
}

extension SearchParameter.Names {
    /// - Throws: ``ExperimentError`` where no trial can give the name a value of its own.
    func check(_ name: String, error: (String) -> ExperimentError) throws(ExperimentError) {
        switch self {
        case .keys:
            guard let components = ConfigPath(name)?.components else { throw error("\"\(name)\" is no dotted path") }
            for (fixed, reason) in Self.fixed where components.starts(with: fixed) {
                throw error("\(fixed.joined(separator: ".")) cannot be searched: \(reason)")
            }
        case .arguments:
            let isPlain = name.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && $0 != "=" }
            guard isPlain, !name.isEmpty, !name.hasPrefix("-") else {
                throw error("\"\(name)\" cannot be an argument's name: no spaces, no \"=\", and no dashes before it")
            }
        }
    }

    /// - Throws: ``ExperimentError`` where a whole section is given that holds a key which no trial can set.
    func check(
        _ value: ParameterValue, of name: String, error: (String) -> ExperimentError
    ) throws(ExperimentError) {
        guard self == .keys, let components = ConfigPath(name)?.components else { return }
        for (fixed, reason) in Self.fixed where fixed.count > components.count && fixed.starts(with: components) {
            if value.node.node(at: ConfigPath(Array(fixed.dropFirst(components.count)))) != nil {
                throw error("\(fixed.joined(separator: ".")) cannot be searched: \(reason)")
            }
        }
    }

    /// Keys that must be the same in every trial of a study.
    private static let fixed: [(key: [String], reason: String)] = [
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
