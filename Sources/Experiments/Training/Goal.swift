/// Which way a monitored value gets better.
package enum Goal: String, Hashable, Sendable, Codable, CaseIterable {
    case minimize
    case maximize

    /// Whether `value` is better than `other`; false for equals and wherever NaN takes part.
    package func prefers(_ value: Double, over other: Double) -> Bool {
        switch self {
        case .minimize: value < other
        case .maximize: value > other
        }
    }
}
