#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
        if x < (a + 1) / (a + b + 2) {
            return exp(logFront) / (a * fraction(x, a, b))
        }
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
