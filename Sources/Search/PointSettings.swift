package import Experiments

/// The settings of a point as what they amount to: the order of the parameters and whether a number is spelled 1 or 1.0
/// make no other point.
package struct PointSettings: Hashable, Sendable {
    private enum Value: Hashable, Sendable {
        case number(Double)
        /// A whole number that no Double holds exactly.
        case whole(Int)
        case other(ParameterValue)
    }

    private let values: [String: Value]

    package init(_ assignment: Assignment) {
        values = Dictionary(assignment.elements.map { ($0.path, Self.value($0.value)) }) { $1 }
    }

    private static func value(_ value: ParameterValue) -> Value {
        switch value {
        case .int(let whole): Int(exactly: Double(whole)) == whole ? .number(Double(whole)) : .whole(whole)
        case .double(let number): .number(number)
        case .bool, .string: .other(value)
        }
    }
}
