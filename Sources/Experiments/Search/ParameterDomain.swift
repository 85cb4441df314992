/// The values that a parameter may take.
package enum ParameterDomain: Hashable, Sendable {
    case values([ParameterValue])
    case real(minimum: Double, maximum: Double, scale: Scale)
    /// Both ends included.
    case integer(minimum: Int, maximum: Int, scale: Scale)

    /// What a uniform draw is uniform in.
    package enum Scale: String, Hashable, Sendable, CaseIterable {
        case linear
        case log
    }

    /// How many values there are, where they can be counted.
    package var count: Int? {
        switch self {
        case .values(let values): values.count
        case .integer(let minimum, let maximum, _): maximum - minimum + 1
        case .real: nil
        }
    }

    /// Values that stand for all, each with the keys that lead to it within the domain: if these are valid, so is what
    /// lies between.
    var witnesses: [(key: [String], value: ParameterValue)] {
        switch self {
        case .values(let values):
            values.enumerated().map { (["values", String($0)], $1) }
        case .real(let minimum, let maximum, _):
            [(["min"], .double(minimum)), (["max"], .double(maximum))]
        case .integer(let minimum, let maximum, _):
            [(["min"], .int(minimum)), (["max"], .int(maximum))]
        }
    }
}

extension ParameterDomain {
    init(reading section: Section) throws(ExperimentError) {
        if section.has("values") || section.hasOtherName(of: "values") {
            section.kind = "a list of values"
            self = .values(try Self.values(section))
            return
        }
        section.kind = "a range"
        if try section.bool("integer", default: false) {
            let range = -1_000_000_000...1_000_000_000
            let minimum = try section.int("min", in: range)
            let maximum = try section.int("max", in: range)
            let scale: Scale = try section.choice("scale", default: .linear)
            self = .integer(minimum: minimum, maximum: maximum, scale: scale)
            try Self.check(Double(minimum), Double(maximum), scale, section)
        } else {
            let minimum = try section.double("min")
            let maximum = try section.double("max")
            let scale: Scale = try section.choice("scale", default: .linear)
            self = .real(minimum: minimum, maximum: maximum, scale: scale)
            try Self.check(minimum, maximum, scale, section)
        }
    }

    private static func values(_ section: Section) throws(ExperimentError) -> [ParameterValue] {
        var values: [ParameterValue] = []
        for element in try section.required("values").elements() {
            let value = try ParameterValue(reading: element)
            guard !values.contains(value) else { throw element.error("the value \(value) is given twice") }
            values.append(value)
        }
        if values.isEmpty { throw section.error(at: "values", "the list of values is empty") }
        section.note("values", ConfigNode(.list(values.map { ConfigNode($0.scalar) })))
        return values
    }

    private static func check(
        _ minimum: Double, _ maximum: Double, _ scale: Scale, _ section: Section
    ) throws(ExperimentError) {
        guard minimum < maximum else {
            throw section.error(at: "max", "max must be above min (\(minimum))")
        }
        guard (maximum - minimum).isFinite else { throw section.error(at: "max", "the range is too wide") }
        guard scale == .linear || minimum > 0 else {
            throw section.error(at: "min", "must be above 0 on a log scale")
        }
    }
}
