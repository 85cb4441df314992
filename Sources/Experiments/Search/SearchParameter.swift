/// The values that one trial gives to keys of the experiment, in the order of the search space.
package struct Assignment: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    package struct Element: Hashable, Sendable {
        /// Dotted, as `optimizer.learning_rate`.
        package let path: String
        package let value: ParameterValue

        package init(path: String, value: ParameterValue) {
            self.path = path
            self.value = value
        }
    }

    package let elements: [Element]

    package init(_ elements: [Element]) {
        self.elements = elements
    }

    package init(arrayLiteral elements: Element...) {
        self.elements = elements
    }

    package subscript(path: String) -> ParameterValue? {
        elements.first { $0.path == path }?.value
    }

    /// "optimizer.learning_rate=0.001 model.dropout=0.5".
    package var description: String {
        elements.map { "\($0.path)=\($0.value)" }.joined(separator: " ")
    }
}

extension Assignment {
    /// The values by path, each with its own JSON type.
    package var json: [String: ParameterValue] {
        Dictionary(uniqueKeysWithValues: elements.map { ($0.path, $0.value) })
    }
}

/// One dimension of the search space.
package struct SearchParameter: Hashable, Sendable {
    /// What the names of parameters mean.
    enum Names {
        /// Dotted paths of keys of the experiment.
        case keys
        /// A program's arguments.
        case arguments
    }

    /// The dotted path of the key that it sets, or the argument of a program.
    package let path: String
    package let domain: ParameterDomain

    package init(path: String, domain: ParameterDomain) {
        self.path = path
        self.domain = domain
    }
}

extension SearchParameter {
    init(reading section: Section, path: String, _ names: Names, sampler: SearchDescription.Sampler?)
        throws(ExperimentError)
    {
        switch names {
        case .keys: try Self.checkKey(path, section)
        case .arguments: try Self.checkArgument(path, section)
        }
        self.path = path
        domain = try ParameterDomain(reading: section)
        if sampler == .grid, domain.count == nil {
            throw section.error("a grid needs values, or min and max with integer: true")
        }
    }

    private static func checkArgument(_ name: String, _ section: Section) throws(ExperimentError) {
        let isPlain = name.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && $0 != "=" }
        guard isPlain, !name.isEmpty, !name.hasPrefix("-") else {
            throw section.error(
                "\"\(name)\" cannot be an argument's name: no spaces, no \"=\", and no dashes before it")
        }
    }

    private static func checkKey(_ path: String, _ section: Section) throws(ExperimentError) {
        guard let components = ConfigPath(path)?.components else {
            throw section.error("\"\(path)\" is no dotted path")
        }
        for (prefix, reason) in fixed where components.starts(with: prefix) {
            throw section.error("\(prefix.joined(separator: ".")) cannot be searched: \(reason)")
        }
    }

    /// Keys that must be the same in every trial of a study.
    private static let fixed: [(prefix: [String], reason: String)] = [
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

/// A value that a trial gives to a key of the experiment.
package enum ParameterValue: Hashable, Sendable, CustomStringConvertible {
    case int(Int)
    case double(Double)
    case bool(Bool)
    case string(String)

    /// As an experiment file spells it; a Double reads back as the same one.
    package var description: String { ConfigScalar(scalar).text }

    /// The value as a number, where it is one.
    package var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        case .bool, .string: nil
        }
    }

    var scalar: ConfigScalar.Value {
        switch self {
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .bool(let value): .bool(value)
        case .string(let value): .string(value)
        }
    }
}

/// A JSON number, boolean or string.
extension ParameterValue: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .bool(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        }
    }
}

extension ParameterValue {
    init(reading value: ConfigValue) throws(ExperimentError) {
        guard case .scalar(let scalar) = value.node.content else {
            throw value.mismatch("a single value")
        }
        switch scalar.value {
        case .null: throw value.mismatch("a single value")
        case .bool(let bool): self = .bool(bool)
        case .int(let int): self = .int(int)
        case .double(let double) where double.isFinite: self = .double(double)
        case .double: throw value.error("must be a finite number, but is \(scalar.text)")
        case .string(let string): self = .string(string)
        }
    }
}
