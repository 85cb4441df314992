import Experiments
import Random

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ParameterDomain {
    /// One value, uniform over the list, or over the range in the domain's scale.
    ///
    /// An integer on a log scale is the nearest one to a log-uniform draw over [min - 1/2, max + 1/2], so that both ends
    /// have their share.
    func draw(from stream: inout RandomStream) -> ParameterValue {
        switch self {
        case .values(let values):
            values[stream.uniformInt(below: values.count)]
        case .real(let minimum, let maximum, .linear):
            .double(min(minimum + (maximum - minimum) * stream.uniformDouble(), maximum))
        case .real(let minimum, let maximum, .log):
            .double(Self.logUniform(minimum, maximum, &stream))
        case .integer(let minimum, let maximum, .linear):
            .int(minimum + stream.uniformInt(below: maximum - minimum + 1))
        case .integer(let minimum, let maximum, .log):
            .int(
                min(
                    max(Int(Self.logUniform(Double(minimum) - 0.5, Double(maximum) + 0.5, &stream).rounded()), minimum),
                    maximum))
        }
    }

    private static func logUniform(_ minimum: Double, _ maximum: Double, _ stream: inout RandomStream) -> Double {
        let low = log(minimum)
        let high = log(maximum)
        return min(max(exp(low + (high - low) * stream.uniformDouble()), minimum), maximum)
    }
}
