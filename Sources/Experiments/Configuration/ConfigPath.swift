/// The way to a value in a configuration: `optimizer.learning_rate`, or `model.layers.2.dropout`, where a number is a
/// position in a list, from 0.
struct ConfigPath: Hashable, Sendable, CustomStringConvertible {
    var components: [String]

    init(_ components: [String]) {
        self.components = components
    }

    /// - Returns: nil for an empty path or one with an empty component, such as `a..b`.
    init?(_ text: String) {
        components = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard components.allSatisfy({ !$0.isEmpty }) else { return nil }
    }

    func appending(_ component: String) -> ConfigPath {
        ConfigPath(components + [component])
    }

    var description: String { components.joined(separator: ".") }
}
