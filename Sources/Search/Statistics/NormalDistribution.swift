#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The normal distribution of mean 0 and variance 1.
enum NormalDistribution {
    /// ln sqrt(2 pi): the density at z is exp(-z^2 / 2 - ``logNormalizer``).
    static let logNormalizer = 0.5 * log(2 * Double.pi)

    /// P(a < Z < b), exact far out in either tail as well.
    static func probability(from a: Double, to b: Double) -> Double {
        if a > 0 { return upperTail(a) - upperTail(b) }
        if b < 0 { return upperTail(-b) - upperTail(-a) }
        return 0.5 * (erf(b * 0.5.squareRoot()) - erf(a * 0.5.squareRoot()))
    }

    /// P(Z > z).
    private static func upperTail(_ z: Double) -> Double { 0.5 * erfc(z * 0.5.squareRoot()) }
}
