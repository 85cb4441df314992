/// What was asked for is not in the study.
package enum ComparisonError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownMetric(UnknownMetric)
    /// No point has the number that is to be the baseline; with the numbers that there are.
    case unknownPoint(Int, among: ClosedRange<Int>?)

    package var description: String {
        switch self {
        case .unknownMetric(let metric): metric.description
        case .unknownPoint(let point, let numbers?):
            "there is no point \(point) to be the baseline; points are numbered \(numbers.lowerBound) to "
                + "\(numbers.upperBound)"
        case .unknownPoint(let point, nil): "there is no point \(point) to be the baseline: the study has no trial yet"
        }
    }
}
