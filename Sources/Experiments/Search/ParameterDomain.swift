import Architecture

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The values that a parameter may take.
package enum ParameterDomain: Hashable, Sendable {
    case values([ParameterValue])
    /// With a step, on a linear scale alone: the minimum and all numbers so many steps above it, up to the maximum, which
    /// is one of them.
    case real(minimum: Double, maximum: Double, scale: Scale, step: Double? = nil)
    /// Both ends included; with a step other than 1 as reals.
    case integer(minimum: Int, maximum: Int, scale: Scale, step: Int = 1)

    /// What a uniform draw is uniform in.
    package enum Scale: String, Hashable, Sendable, CaseIterable {
        case linear
        case log
    }

    /// How many values there are, where they can be counted.
    package var count: Int? {
        switch self {
        case .values(let values): values.count
        case .integer(let minimum, let maximum, _, let step): (maximum - minimum) / step + 1
        case .real(let minimum, let maximum, _, let step?): Int(((maximum - minimum) / step).rounded()) + 1
        case .real: nil
        }
    }

    /// The value at `index`, from 0.
    ///
    /// - Precondition: the values can be counted, and there are more than `index`.
    package func value(at index: Int) -> ParameterValue {
        switch self {
        case .values(let values): values[index]
        case .integer(let minimum, _, _, let step): .int(minimum + index * step)
        case .real(let minimum, _, _, let step?): .double(Self.value(index, above: minimum, step))
        case .real: preconditionFailure("a range of reals has no value number \(index)")
        }
    }

    /// The index of a value; nil for one that is not in the domain, and where its values cannot be counted.
    package func index(of value: ParameterValue) -> Int? {
        switch self {
        case .values(let values):
            return values.firstIndex { $0.isSame(as: value) }
        case .integer(let minimum, let maximum, _, let step):
            guard let whole = value.whole, (minimum...maximum).contains(whole), (whole - minimum) % step == 0 else {
                return nil
            }
            return (whole - minimum) / step
        case .real(let minimum, let maximum, _, let step?):
            guard let number = value.number, (minimum...maximum).contains(number) else { return nil }
            let index = Int(((number - minimum) / step).rounded())
            return abs(Self.value(index, above: minimum, step) - number) < 1e-9 * step ? index : nil
        case .real:
            return nil
        }
    }

    package func contains(_ value: ParameterValue) -> Bool {
        if case .real(let minimum, let maximum, _, nil) = self {
            return value.number.map { (minimum...maximum).contains($0) } ?? false
        }
        return index(of: value) != nil
    }

    /// Of 0.1 and a step of 0.1 the third value is 0.3, and not 0.30000000000000004: where both are short decimals, so is
    /// their sum, which is calculated in whole numbers of their last digit's place.
    private static func value(_ index: Int, above minimum: Double, _ step: Double) -> Double {
        for digits in 0...15 {
            let power = pow(10, Double(digits))
            let (whole, wholeStep) = ((minimum * power).rounded(), (step * power).rounded())
            let sum = whole + wholeStep * Double(index)
            if whole / power == minimum, wholeStep / power == step, abs(sum) < 0x1p53 { return sum / power }
        }
        return minimum + step * Double(index)
    }

    /// Values that stand for all, each with the keys that lead to it within the domain: if these are valid, so is what
    /// lies between.
    var witnesses: [(key: [String], value: ParameterValue)] {
        switch self {
        case .values(let values):
            values.enumerated().map { (["values", String($0)], $1) }
        case .real(let minimum, let maximum, _, _):
            [(["min"], .double(minimum)), (["max"], .double(maximum))]
        case .integer(let minimum, let maximum, _, _):
            [(["min"], .int(minimum)), (["max"], .int(maximum))]
        }
    }

    /// Values of a range that are all tried.
    private static let mostSamples = 64

    /// Values that stand for all: the listed ones, all of a short range that can be counted, the ends of other ranges.
    var samples: [ParameterValue] {
        guard let count, count <= Self.mostSamples else { return witnesses.map(\.value) }
        return (0..<count).map { value(at: $0) }
    }
}

extension ParameterValue {
    /// The value as a whole number, where it is one.
    fileprivate var whole: Int? {
        if case .int(let value) = self { value } else { number.flatMap(Int.init(exactly:)) }
    }
}

extension ParameterDomain {
    /// The largest number of steps, which a Double still tells apart.
    private static let mostSteps = 1e9

    init(reading section: Section) throws(ExperimentError) {
        if section.has("values") || section.hasOtherName(of: "values") {
            section.kind = "a list of values"
            self = .values(try Self.values(section))
            return
        }
        section.kind = "a range"
        if try section.bool("integer", default: false) {
            self = try Self.integers(section)
        } else {
            self = try Self.reals(section)
        }
    }

    private static func integers(_ section: Section) throws(ExperimentError) -> ParameterDomain {
        let minimum = try section.int("min", in: .min ... .max)
        let maximum = try section.int("max", in: .min ... .max)
        let scale: Scale = try section.choice("scale", default: .linear)
        try check(minimum < maximum, "\(minimum)", isPositive: minimum > 0, scale, section)
        let (width, overflows) = maximum.subtractingReportingOverflow(minimum)
        guard !overflows, width < .max else { throw section.error(at: "max", "the range is too wide") }
        guard section.optional("step") != nil else { return .integer(minimum: minimum, maximum: maximum, scale: scale) }
        let step = try section.int("step", in: 1...width)
        return .integer(minimum: minimum, maximum: minimum + width / step * step, scale: scale, step: step)
    }

    private static func reals(_ section: Section) throws(ExperimentError) -> ParameterDomain {
        let minimum = try section.double("min")
        let maximum = try section.double("max")
        let scale: Scale = try section.choice("scale", default: .linear)
        try check(minimum < maximum, "\(minimum)", isPositive: minimum > 0, scale, section)
        let width = maximum - minimum
        guard width.isFinite else { throw section.error(at: "max", "the range is too wide") }
        guard section.optional("step") != nil else { return .real(minimum: minimum, maximum: maximum, scale: scale) }
        let step = try section.double("step", in: .above(0))
        guard step <= width, width / step <= mostSteps else {
            throw section.error(
                at: "step", "must be between \(width / mostSteps) and \(width), the width of the range, but is \(step)")
        }
        // As many steps as fit; 0.3 / 0.1 is a little less than 3.
        let steps = Int((width / step + 1e-6).rounded(.down))
        return .real(minimum: minimum, maximum: value(steps, above: minimum, step), scale: scale, step: step)
    }

    private static func values(_ section: Section) throws(ExperimentError) -> [ParameterValue] {
        var values: [ParameterValue] = []
        var known: Set<ParameterValue.Setting> = []
        for element in try section.required("values").elements() {
            let value = try ParameterValue(reading: element)
            guard known.insert(.init(value)).inserted else {
                throw element.error("the value \(value) is given twice")
            }
            values.append(value)
        }
        if values.isEmpty { throw section.error(at: "values", "the list of values is empty") }
        section.note("values", ConfigNode(.list(values.map(\.node))))
        return values
    }

    private static func check(
        _ isAscending: Bool, _ minimum: String, isPositive: Bool, _ scale: Scale, _ section: Section
    ) throws(ExperimentError) {
        guard isAscending else { throw section.error(at: "max", "max must be above min (\(minimum))") }
        guard scale == .linear || isPositive else {
            throw section.error(at: "min", "must be above 0 on a log scale")
        }
        guard scale == .linear || !section.has("step") else {
            throw section.error(at: "step", "a step needs a linear scale")
        }
    }
}
