internal import Experiments

/// A metric was asked for that no trial of the study has.
package struct UnknownMetric: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// The metric that was probably meant.
    package let nearest: String?
    /// All that there are.
    package let names: [String]

    init(_ name: String, among names: [String]) {
        self.name = name
        self.names = names
        nearest = Spelling.nearest(to: name, among: names)
    }

    package var description: String {
        let hint = nearest.map { " (did you mean \"\($0)\"?)" } ?? ""
        let known = names.isEmpty ? "it has none yet" : "there are: \(names.joined(separator: ", "))"
        return "no trial has a metric \"\(name)\"\(hint); \(known)"
    }
}
