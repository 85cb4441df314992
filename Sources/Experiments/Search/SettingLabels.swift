#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Short and distinct names for the settings of a search: the last word of each path, and numbers for long values.
///
/// A path whose last word another path has as well is written out. A long list, mapping or text is known by its number in
/// the file's list of values, from 1.
package struct SettingLabels: Hashable, Sendable {
    /// Longer values have numbers.
    private static let longestValue = 24

    private var names: [String: String] = [:]
    private var numbers: [String: [ParameterValue.Setting: Int]] = [:]

    /// Of a search that nothing is known of: no value is numbered.
    package init() {}

    package init(_ search: SearchDescription) {
        let elements =
            search.parameters.flatMap { parameter in
                parameter.domain.witnesses.map { Assignment.Element(path: parameter.path, value: $0.value) }
            } + search.given.flatMap(\.elements)
        names = Self.names(of: elements.map(\.path))
        for element in elements where element.value.description.count > Self.longestValue {
            let setting = ParameterValue.Setting(element.value)
            if numbers[element.path]?[setting] == nil {
                numbers[element.path, default: [:]][setting] = position(
                    of: element, search, known: numbers[element.path])
            }
        }
    }

    /// Where a value stands in its list; one of a given point comes after those of the list.
    private func position(
        of element: Assignment.Element, _ search: SearchDescription, known: [ParameterValue.Setting: Int]?
    ) -> Int {
        let domain = search.parameters.first { $0.path == element.path }?.domain
        if let index = domain?.index(of: element.value) { return index + 1 }
        return max(domain?.count ?? 0, known?.values.max() ?? 0) + 1
    }

    /// The last word of each path; a path whose last word another one has is its own name.
    package static func names(of paths: [String]) -> [String: String] {
        let words = Dictionary(grouping: Set(paths)) { $0.split(separator: ".").last.map(String.init) ?? $0 }
        return Dictionary(
            uniqueKeysWithValues: words.flatMap { word, paths in paths.map { ($0, paths.count == 1 ? word : $0) } })
    }

    /// "model.dropout = 0.5, model.hidden = [64, 32]".
    package func text(_ elements: [Assignment.Element]) -> String {
        guard !elements.isEmpty else { return "the experiment as it stands" }
        return elements.map { "\($0.path) = \(Self.rounded($0.value))" }.joined(separator: ", ")
    }

    /// "dropout = 0.5, augment 2".
    package func shortText(_ elements: [Assignment.Element]) -> String {
        guard !elements.isEmpty else { return "the experiment as it stands" }
        let names = names.isEmpty ? Self.names(of: elements.map(\.path)) : names
        return elements.map { element in
            let name = names[element.path] ?? element.path
            return number(of: element).map { "\(name) \($0)" } ?? "\(name) = \(Self.rounded(element.value))"
        }.joined(separator: ", ")
    }

    /// Whether the short text has a number in the place of one of these values.
    package func isNumbered(_ elements: [Assignment.Element]) -> Bool { elements.contains { number(of: $0) != nil } }

    private func number(of element: Assignment.Element) -> Int? {
        numbers[element.path].flatMap { $0[.init(element.value)] }
    }

    /// Four digits: 0.004376123882148072, which was drawn, becomes 0.004376; written numbers are short already.
    private static func rounded(_ value: ParameterValue) -> String {
        guard case .double(let number) = value, number != 0, number.isFinite else { return value.description }
        let power = 3 - Int(log10(abs(number)).rounded(.down))
        guard (0...18).contains(power) else { return value.description }
        let scale = pow(10, Double(power))
        return ParameterValue.double((number * scale).rounded() / scale).description
    }
}
