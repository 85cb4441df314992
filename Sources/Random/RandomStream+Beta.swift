#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension RandomStream {
    /// A draw from Beta(a, b), with both above 0: the share of one of two gamma draws in their sum.
    public mutating func beta(_ a: Double, _ b: Double) -> Double {
        // As logarithms: for a small shape both draws are nearly always below the smallest Double.
        let (x, y) = (logarithmOfGamma(shape: a), logarithmOfGamma(shape: b))
        return 1 / (1 + exp(y - x))
    }

    /// A draw from the gamma distribution with `shape` above 0 and scale 1.
    public mutating func gamma(shape: Double) -> Double {
        exp(logarithmOfGamma(shape: shape))
    }

    /// Below 1, a draw of shape + 1 times u^(1 / shape).
    ///
    /// Source: Marsaglia, Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000.
    private mutating func logarithmOfGamma(shape: Double) -> Double {
        precondition(shape > 0 && shape.isFinite)
        guard shape >= 1 else {
            let larger = logarithmOfGamma(shape: shape + 1)
            return larger + log(1 - uniformDouble()) / shape
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniformDouble()) < x * x / 2 + d * (1 - v + log(v)) { return log(d) + log(v) }
        }
    }
}
