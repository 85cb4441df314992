/// The points that a search may try: a value for each parameter whose conditions hold.
package struct SearchSpace: Hashable, Sendable {
    package let parameters: [SearchParameter]
    /// The positions of parameters that conditions are about.
    private let parents: Set<Int>

    package init(_ parameters: [SearchParameter]) {
        self.parameters = parameters
        let paths = Set(parameters.flatMap { $0.conditions.map(\.path) })
        parents = Set(parameters.indices.filter { paths.contains(parameters[$0].path) })
    }

    /// A point, with a value for each parameter that takes part in it.
    ///
    /// - Parameter value: of the parameter at a position.
    package func point(_ value: (Int) -> ParameterValue) -> Assignment {
        var elements: [Assignment.Element] = []
        for (position, parameter) in parameters.enumerated() where takesPart(parameter, in: elements) {
            elements.append(.init(path: parameter.path, value: value(position)))
        }
        return Assignment(elements)
    }

    /// Whether the parameter's conditions hold for the values of those before it.
    package func takesPart(_ parameter: SearchParameter, in elements: [Assignment.Element]) -> Bool {
        parameter.conditions.allSatisfy { $0.holds(for: elements) }
    }

    /// Whether an assignment is a point of the space: no parameter less and none more, each in its domain.
    package func contains(_ assignment: Assignment) -> Bool {
        let taking = parameters.filter { takesPart($0, in: assignment.elements) }
        return taking.count == assignment.elements.count
            && taking.allSatisfy { parameter in assignment[parameter.path].map(parameter.domain.contains) ?? false }
    }

    // MARK: Counting

    /// How many points there are; nil where they cannot be counted, or are more than an Int holds. 1 without parameters.
    package var count: Int? { count(from: 0, []) }

    /// The point at `index` in row-major order: the last parameter varies fastest.
    ///
    /// - Precondition: the points can be counted, and there are more than `index`.
    package func point(at index: Int) -> Assignment {
        var rest = index
        var elements: [Assignment.Element] = []
        for (position, parameter) in parameters.enumerated() where takesPart(parameter, in: elements) {
            var value = 0
            if parents.contains(position) {
                while true {
                    let element = Assignment.Element(path: parameter.path, value: parameter.domain.value(at: value))
                    let below = count(from: position + 1, elements + [element])!
                    if rest < below { break }
                    rest -= below
                    value += 1
                }
            } else {
                let below = count(from: position + 1, elements)!
                value = rest / below
                rest %= below
            }
            elements.append(.init(path: parameter.path, value: parameter.domain.value(at: value)))
        }
        return Assignment(elements)
    }

    /// How many ways there are to go on from a position.
    ///
    /// - Parameter elements: of the parameters before it, at least of those that conditions are about.
    private func count(from position: Int, _ elements: [Assignment.Element]) -> Int? {
        guard position < parameters.count else { return 1 }
        let parameter = parameters[position]
        guard takesPart(parameter, in: elements) else { return count(from: position + 1, elements) }
        guard let values = parameter.domain.count else { return nil }
        if !parents.contains(position) {
            guard let rest = count(from: position + 1, elements) else { return nil }
            let (product, overflows) = values.multipliedReportingOverflow(by: rest)
            return overflows ? nil : product
        }
        var sum = 0
        for index in 0..<values {
            let element = Assignment.Element(path: parameter.path, value: parameter.domain.value(at: index))
            guard let rest = count(from: position + 1, elements + [element]) else { return nil }
            let (next, overflows) = sum.addingReportingOverflow(rest)
            if overflows { return nil }
            sum = next
        }
        return sum
    }

    // MARK: Samples

    /// Some values, with what has to hold for their parameters to take part.
    ///
    /// - Returns: in the order of the parameters; nil where they never take part together.
    func sample(_ given: [Assignment.Element]) -> Assignment? {
        var allowed: [String: [ParameterValue]] = [:]
        var open = parameters.filter { parameter in given.contains { $0.path == parameter.path } }
        while let parameter = open.popLast() {
            for condition in parameter.conditions {
                if let known = allowed[condition.path] {
                    allowed[condition.path] = known.filter { value in condition.values.contains { $0.isSame(as: value) }
                    }
                } else {
                    allowed[condition.path] = condition.values
                    open += parameters.filter { $0.path == condition.path }
                }
            }
        }
        var elements: [Assignment.Element] = []
        for parameter in parameters {
            let value = given.first { $0.path == parameter.path }?.value
            guard let choices = allowed[parameter.path] else {
                if let value { elements.append(.init(path: parameter.path, value: value)) }
                continue
            }
            guard let choice = choices.first(where: { choice in value.map(choice.isSame) ?? true }) else { return nil }
            elements.append(.init(path: parameter.path, value: value ?? choice))
        }
        return Assignment(elements)
    }

    /// Points with the values that stand for all, where they are at most `most`; of a larger space, all pairs of such
    /// values.
    func samples(atMost most: Int) -> [Assignment] {
        let sampled = SearchSpace(
            parameters.map { .init(path: $0.path, domain: .values($0.domain.samples), conditions: $0.conditions) })
        if let count = sampled.count, count <= most { return (0..<count).map(sampled.point(at:)) }
        var pairs: [Assignment] = []
        for (first, parameter) in parameters.enumerated() {
            for other in parameters.dropFirst(first + 1) {
                for value in parameter.domain.samples {
                    for otherValue in other.domain.samples {
                        guard pairs.count < 4 * most else { return pairs }
                        let pair = [Assignment.Element](
                            [.init(path: parameter.path, value: value), .init(path: other.path, value: otherValue)])
                        if let sample = sample(pair) { pairs.append(sample) }
                    }
                }
            }
        }
        return pairs
    }
}
