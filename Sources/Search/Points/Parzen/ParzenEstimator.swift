package import Experiments
package import Random

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A density over the search space: a mixture of one kernel around each observation, and a wide one, the prior.
///
///     p(x) = sum over k of w[k] * (product over parameters j of K[k, j](x[j]))
///
/// A point is its coordinates: the index of a value that can be counted on a linear scale, which a list's and a range's
/// with steps can, and the number itself of others. The weights are those of ``weights(_:)``.
///
/// Source: Watanabe, "Tree-structured Parzen estimator", arXiv 2304.11127, the multivariate kernel, as Optuna 5
/// computes it.
package struct ParzenEstimator: Sendable {
    /// What is smaller than the prior's term by this factor's log does not show in a Double, nor do a million of those.
    private static let logNegligible = -50.0

    /// They add up to 1; the last one is the prior's.
    package let weights: [Double]

    private let kernels: [Kernels]
    /// Each kernel's terms that no point changes.
    private let constants: [Double]

    private enum Kernels {
        case categorical(CategoricalKernels)
        case normal(NormalKernels)
    }

    /// - Parameter observations: by parameter, the coordinates of all observations in the order of the trials.
    package init(_ domains: [ParameterDomain], observations: [[Double]]) {
        precondition(domains.count == observations.count)
        weights = Self.weights(observations.first?.count ?? 0)
        kernels = zip(domains, observations).map(Self.kernels)
        var constants = weights.map { log($0) }
        for kernels in kernels {
            let normalizers =
                switch kernels {
                case .categorical(let kernels): kernels.logNormalizers
                case .normal(let kernels): kernels.logNormalizers
                }
            for kernel in constants.indices { constants[kernel] += normalizers[kernel] }
        }
        self.constants = constants
    }

    private static func kernels(_ domain: ParameterDomain, _ observed: [Double]) -> Kernels {
        switch domain {
        case .values(let values):
            .categorical(CategoricalKernels(observed, valueCount: values.count))
        case .integer(let minimum, let maximum, .log, _):
            .normal(
                NormalKernels(observed, bounds: Double(minimum)...Double(maximum), isInteger: true, scale: .log))
        case .real(let minimum, let maximum, let scale, nil):
            .normal(NormalKernels(observed, bounds: minimum...maximum, isInteger: false, scale: scale))
        case .integer, .real:
            .normal(NormalKernels(observed, bounds: 0...Double(domain.count! - 1), isInteger: true, scale: .linear))
        }
    }

    /// The last 25 observations and the prior weigh the same; of n, the older ones weigh less, from 1/n up to 1.
    static func weights(_ count: Int) -> [Double] {
        let older = max(count - 25, 0)
        let ramp = (0..<older).map { index in
            older == 1
                ? 1 / Double(count)
                : 1 / Double(count) + (1 - 1 / Double(count)) * Double(index) / Double(older - 1)
        }
        let weights = ramp + Array(repeating: 1, count: count - older + 1)
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// The kernels' means and standard deviations of a range's coordinates, the prior's last, logarithms on a log scale;
    /// nil for a list.
    package func normals(_ parameter: Int) -> (means: [Double], deviations: [Double])? {
        guard case .normal(let kernels) = kernels[parameter] else { return nil }
        return (kernels.means, kernels.deviations)
    }

    /// ln p at a point. A list's values and integers have probabilities, reals densities.
    package func logDensity(at point: [Double]) -> Double {
        var terms = constants
        var integers: [(kernels: NormalKernels, value: Double)] = []
        for (kernels, value) in zip(kernels, point) {
            switch kernels {
            case .categorical(let kernels): kernels.addLogDensities(at: value, to: &terms)
            case .normal(let kernels) where kernels.isInteger: integers.append((kernels, value))
            case .normal(let kernels): kernels.addLogDensities(at: value, to: &terms)
            }
        }
        // Probabilities only lower a term: what is negligible before them needs none.
        let prior = integers.reduce(terms[terms.count - 1]) { $0 + $1.kernels.priorLogProbability(of: $1.value) }
        for integer in integers {
            integer.kernels.addLogProbabilities(of: integer.value, to: &terms, above: prior + Self.logNegligible)
        }
        return Self.logSumOfExponentials(terms)
    }

    /// The coordinates of a draw.
    package func sample(from stream: inout RandomStream) -> [Double] {
        var rest = stream.uniformDouble()
        var kernel = 0
        while kernel < weights.count - 1, rest >= weights[kernel] {
            rest -= weights[kernel]
            kernel += 1
        }
        return kernels.map { kernels in
            switch kernels {
            case .categorical(let kernels): kernels.sample(kernel: kernel, from: &stream)
            case .normal(let kernels): kernels.sample(kernel: kernel, from: &stream)
            }
        }
    }

    private static func logSumOfExponentials(_ terms: [Double]) -> Double {
        let largest = terms.max() ?? -.infinity
        var sum = 0.0
        for term in terms where term - largest > logNegligible { sum += exp(term - largest) }
        return largest + log(sum)
    }
}
