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
