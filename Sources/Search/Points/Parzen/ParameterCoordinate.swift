package import Experiments

extension ParameterDomain {
    /// A value as a number: its index among values that can be counted on a linear scale, the number itself otherwise.
    ///
    /// - Returns: nil for a value outside of the domain.
    package func coordinate(of value: ParameterValue) -> Double? {
        guard contains(value) else { return nil }
        return isIndexed ? index(of: value).map(Double.init) : value.number
    }

    /// The value that ``coordinate(of:)`` turns into `coordinate`.
    func value(atCoordinate coordinate: Double) -> ParameterValue {
        if isIndexed, let count { return value(at: Self.integer(nearest: coordinate, in: 0...count - 1)) }
        if case .integer(let minimum, let maximum, _, _) = self {
            return .int(Self.integer(nearest: coordinate, in: minimum...maximum))
        }
        return .double(coordinate)
    }

    private var isIndexed: Bool { count != nil && !isLogarithmic }
}
