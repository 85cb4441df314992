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
