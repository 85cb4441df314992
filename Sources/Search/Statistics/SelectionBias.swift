import Random

/// How much the best of several means is flattered by having been chosen: the mean of the chosen one, less what that point
/// is really worth, over draws from what the means look like:
///
///     worth[i] = m + w (mean[i] - m),  mean'[i] = worth[i] + s[i] z,  bias = E[mean'[i*] - worth[i*]],  i* = argmax mean'
///
/// with s[i] a mean's standard error, and w the share of the means' variance that noise does not explain.
///
/// Source: the parametric bootstrap of Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 6, with the
/// shrinkage of Efron, Morris, JASA 70, 1975.
package enum SelectionBias {
    private static let draws = 2000

    /// - Parameters:
    ///   - means: the larger the better.
    ///   - standardErrors: of the means.
    /// - Returns: nil for fewer than two means, and where they have no noise.
    package static func of(_ means: [Double], standardErrors: [Double]) -> Double? {
        precondition(means.count == standardErrors.count)
        guard means.count > 1, standardErrors.contains(where: { $0 > 0 }) else { return nil }
        let count = Double(means.count)
        let middle = means.reduce(0, +) / count
        let spread = means.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / (count - 1)
        let noise = standardErrors.reduce(0) { $0 + $1 * $1 } / count
        let share = spread > 0 ? max(0, 1 - noise / spread) : 0
        let worths = means.map { middle + share * ($0 - middle) }
        var stream = RandomStream(seed: 0, stream: .selectionBias)
        var sum = 0.0
        for _ in 0..<draws {
            var best = (value: -Double.infinity, bias: 0.0)
            for (worth, error) in zip(worths, standardErrors) {
                let noise = error * stream.normal()
                if worth + noise > best.value { best = (worth + noise, noise) }
            }
            sum += best.bias
        }
        return sum / Double(draws)
    }
}
