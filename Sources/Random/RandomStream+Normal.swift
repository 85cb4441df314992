#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension RandomStream {
    /// A draw from the normal distribution of mean 0 and variance 1.
    ///
    /// A point uniform in the unit disc gives two such draws; the second one is dropped, so that a stream has no state
    /// but its place.
    ///
    /// Source: Marsaglia, Bray, "A convenient method for generating normal variables", SIAM Review 6(3), 1964.
    public mutating func normal() -> Double {
        while true {
            let (x, y) = (2 * uniformDouble() - 1, 2 * uniformDouble() - 1)
            let square = x * x + y * y
            if square < 1, square > 0 { return x * (-2 * log(square) / square).squareRoot() }
        }
    }
}
