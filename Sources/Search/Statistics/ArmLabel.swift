internal import Experiments

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An arm's settings as a person reads them.
enum ArmLabel {
    static func text(_ elements: [Assignment.Element], isShort: Bool) -> String {
        guard !elements.isEmpty else { return "the experiment as it stands" }
        let names = elements.map { $0.path.split(separator: ".").last.map(String.init) ?? $0.path }
        return zip(elements, names).map { element, name in
            let isUnique = names.count { $0 == name } == 1
            return "\(isShort && isUnique ? name : element.path) = \(value(element.value))"
        }.joined(separator: ", ")
    }

    /// A drawn 0.004376123882148072 is 0.004376; what a person wrote is short already.
    private static func value(_ value: ParameterValue) -> String {
        guard case .double(let number) = value, number != 0, number.isFinite else { return value.description }
        let power = 3 - Int(log10(abs(number)).rounded(.down))
        guard (0...18).contains(power) else { return value.description }
        let scale = pow(10, Double(power))
        return ParameterValue.double((number * scale).rounded() / scale).description
    }
}
