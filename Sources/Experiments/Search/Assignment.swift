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

    /// The values by path, each with its own JSON type.
    package var json: [String: ParameterValue] {
        Dictionary(uniqueKeysWithValues: elements.map { ($0.path, $0.value) })
    }
}

/// A point's settings by value: neither the order of the parameters nor the spelling of a value makes another point.
package struct PointSettings: Hashable, Sendable {
    private let values: [String: ParameterValue.Setting]

    package init(_ assignment: Assignment) {
        values = Dictionary(assignment.elements.map { ($0.path, .init($0.value)) }) { $1 }
    }
}

/// What makes two trials of an experiment the same one: their point's settings and their seed.
package struct SeededSettings: Hashable, Sendable {
    private let settings: PointSettings
    private let seed: UInt64

    package init(_ settings: PointSettings, seed: UInt64) {
        self.settings = settings
        self.seed = seed
    }

    package init(_ assignment: Assignment, seed: UInt64) {
        self.init(PointSettings(assignment), seed: seed)
    }
}
