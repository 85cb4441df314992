package import Experiments

extension ParameterDomain {
    /// A value as a number: the index in a list, the number itself in a range.
    ///
    /// - Returns: nil for a value outside of the domain.
    package func coordinate(of value: ParameterValue) -> Double? {
        switch self {
        case .values(let values):
            (values.firstIndex(of: value)
                ?? value.number.flatMap { number in values.firstIndex { $0.number == number } })
                .map(Double.init)
        case .real(let minimum, let maximum, _):
            value.number.flatMap { (minimum...maximum).contains($0) ? $0 : nil }
        case .integer(let minimum, let maximum, _):
            value.number.flatMap(Int.init(exactly:)).flatMap { (minimum...maximum).contains($0) ? Double($0) : nil }
        }
    }

    /// The value that ``coordinate(of:)`` turns into `coordinate`.
    func value(atCoordinate coordinate: Double) -> ParameterValue {
        switch self {
        case .values(let values): values[Int(coordinate)]
        case .real: .double(coordinate)
        case .integer: .int(Int(coordinate))
        }
    }
}
