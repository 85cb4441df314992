import Architecture

/// Seeds that a point is given until it is known how it compares: `search.seeds` as a mapping.
package struct SeedRule: Hashable, Sendable {
    /// What points are compared with.
    package enum Reference: String, Hashable, Sendable, CaseIterable {
        /// The study's first point.
        case baseline
        /// The best of the others.
        case best
    }

    /// Seeds that each point has before any is judged.
    package let min: Int
    /// Seeds of a point after which it is given up.
    package let max: Int
    /// The probability that no answer of the study is wrong, however often one looks.
    package let confidence: Double
    /// Differences up to it are none; 0 where every difference counts.
    package let margin: Double
    /// Nil is the baseline where the search has one, and the best otherwise.
    package let reference: Reference?

    package init(min: Int, max: Int, confidence: Double, margin: Double, reference: Reference? = nil) {
        self.min = min
        self.max = max
        self.confidence = confidence
        self.margin = margin
        self.reference = reference
    }
}

extension SeedRule {
    /// - Parameter folds: into how many the data are dealt; each is a seed's.
    init(reading section: Section, folds: Int?) throws(ExperimentError) {
        let min = try section.int("min", in: 2...1000, default: Swift.max(3, folds ?? 3))
        let max = try section.int("max", in: 2...1000)
        guard max > min else { throw section.error(at: "max", "must be above min (\(min)), but is \(max)") }
        for (key, count) in [("min", min), ("max", max)] {
            if let folds, count % folds != 0 {
                throw section.error(
                    at: key, "each of the \(folds) folds of data.split is one seed's: give a multiple of \(folds)")
            }
        }
        self.init(
            min: min, max: max,
            confidence: try section.double("confidence", in: .atLeast(0.5).below(1), default: 0.95),
            margin: try section.double("margin", in: .atLeast(0), default: 0),
            reference: section.optional("reference") == nil ? nil : try section.choice("reference"))
    }
}
