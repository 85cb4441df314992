#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Student's t distribution.
package enum StudentT {
    /// P(T > t) with T of `degreesOfFreedom`, `1/2 I_x(n/2, 1/2)` at `x = n / (n + t^2)` for t >= 0; exact far out in
    /// the tail as well.
    ///
    /// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.1.
    package static func tail(_ t: Double, degreesOfFreedom n: Double) -> Double {
        precondition(n > 0, "Student's t has more than 0 degrees of freedom")
        guard !t.isNaN else { return .nan }
        guard t >= 0 else { return 1 - tail(-t, degreesOfFreedom: n) }
        guard t.isFinite else { return 0 }
        let square = t * t
        let complement = square.isFinite ? square / (n + square) : 1
        return 0.5 * IncompleteBeta.regularized(n / (n + square), complement: complement, n / 2, 0.5)
    }

    /// P(|T| > |t|).
    package static func twoSided(_ t: Double, degreesOfFreedom n: Double) -> Double {
        2 * tail(abs(t), degreesOfFreedom: n)
    }

    /// The t with P(T <= t) = p.
    ///
    /// Newton's method on ln P(T > e^u) = ln(1 - p): the left side is concave in u and falls, so that every step from
    /// the second on comes from the right and none goes past the root. A step is at most 1, lest the tail underflow.
    ///
    /// - Parameter p: from 0 to 1, whose quantiles are the infinities.
    package static func quantile(_ p: Double, degreesOfFreedom n: Double) -> Double {
        precondition(n > 0 && (0...1).contains(p), "a quantile is asked for at a probability")
        guard p != 0.5 else { return 0 }
        guard p > 0.5 else { return -upperQuantile(p, n) }
        return upperQuantile(1 - p, n)
    }

    /// The t with P(|T| > t) = `level`; looked up for the level of 0.05 and few degrees of freedom, which a study of many
    /// points asks for again and again.
    static func critical(level: Double, degreesOfFreedom n: Int) -> Double {
        if level == usualLevel, n <= usualCritical.count { return usualCritical[n - 1] }
        return upperQuantile(level / 2, Double(n))
    }

    private static let usualLevel = 1 - Interval.confidence
    private static let usualCritical = (1...64).map { upperQuantile(usualLevel / 2, Double($0)) }

    /// The t > 0 with P(T > t) = q, 0 <= q < 1/2.
    private static func upperQuantile(_ q: Double, _ n: Double) -> Double {
        guard q > 0 else { return .infinity }
        var u = 0.0
        for _ in 0..<1000 {
            let t = exp(u)
            let tail = tail(t, degreesOfFreedom: n)
            let step = log(tail / q) * tail / (t * density(t, n))
            u += max(-1, min(1, step))
            if abs(step) < 1e-14 { break }
        }
        return exp(u)
    }

    private static func density(_ t: Double, _ n: Double) -> Double {
        let logConstant =
            IncompleteBeta.logGamma((n + 1) / 2) - IncompleteBeta.logGamma(n / 2) - 0.5 * log(n * .pi)
        return exp(logConstant - (n + 1) / 2 * log1p(t * t / n))
    }
}

/// The regularized incomplete beta function I_x(a, b), by its continued fraction.
///
/// Source: DLMF 8.17.22 and 8.17.4 for the side on which it converges fast; evaluated as Lentz does, modified by
/// Thompson and Barnett, "Coulomb and Bessel functions of complex arguments and order", J. Comput. Phys. 64, 1986.
enum IncompleteBeta {
    /// - Parameters:
    ///   - x: from 0 to 1.
    ///   - complement: 1 - x, which the caller knows without cancellation.
    ///   - a: above 0.
    ///   - b: above 0.
    /// - Returns: within some 1e-12 of the true value for a and b up to a few thousand.
    static func regularized(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard complement > 0 else { return 1 }
        let logFront =
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(complement)
        if x < (a + 1) / (a + b + 2) { return exp(logFront) / (a * fraction(x, a, b)) }
        return 1 - exp(logFront) / (b * fraction(complement, b, a))
    }

    /// ln Gamma(x), x > 0.
    static func logGamma(_ x: Double) -> Double { lgamma(x).0 }

    /// 1 + d1/(1 + d2/(1 + ...)), the denominator of DLMF 8.17.22.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        var value = 1.0
        var c = 1.0
        var d = 0.0
        for index in 1...100_000 {
            let m = Double(index / 2)
            let term =
                index.isMultiple(of: 2)
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 + term * d
            d = 1 / (d == 0 ? tiny : d)
            c = 1 + term / c
            if c == 0 { c = tiny }
            value *= c * d
            if abs(c * d - 1) < 1e-15 { break }
        }
        return value
    }
}
