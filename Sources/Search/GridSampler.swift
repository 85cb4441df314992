package import Experiments

/// Every combination of the parameters' values, in row-major order: the last parameter varies fastest.
package struct GridSampler: PointSampler {
    private let parameters: [SearchParameter]
    private let counts: [Int]

    /// How many points there are; 1 without parameters.
    package let count: Int

    /// - Precondition: every parameter's values can be counted; an experiment file with another grid is refused.
    package init(parameters: [SearchParameter]) {
        self.parameters = parameters
        counts = parameters.map { parameter in
            guard let count = parameter.domain.count else {
                preconditionFailure("a grid cannot count the values of \(parameter.path)")
            }
            return count
        }
        count = counts.reduce(1, *)
    }

    package func point(_ index: Int) -> Assignment? {
        guard (0..<count).contains(index) else { return nil }
        var rest = index
        var elements: [Assignment.Element] = []
        for (parameter, count) in zip(parameters, counts).reversed() {
            elements.append(.init(path: parameter.path, value: Self.value(rest % count, of: parameter.domain)))
            rest /= count
        }
        return Assignment(elements.reversed())
    }

    private static func value(_ index: Int, of domain: ParameterDomain) -> ParameterValue {
        switch domain {
        case .values(let values): values[index]
        case .integer(let minimum, _, _): .int(minimum + index)
        case .real: preconditionFailure("a range of reals has no value number \(index)")
        }
    }
}
