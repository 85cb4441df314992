import Random

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A Parzen estimator's kernels over a list of values, one of each observation and the prior's last.
///
/// Of n kernels over C values, an observation's has probability (1 + 1/n) / (1 + C/n) at the value observed and (1/n) /
/// (1 + C/n) at each other one: it is a mixture of the observation with weight 1 and the uniform distribution with C/n.
/// The prior's kernel is the uniform distribution.
struct CategoricalKernels: Sendable {
    private let observed: [Double]
    private let valueCount: Int

    private var count: Double { Double(observed.count + 1) }

    /// - Parameter observed: indices of values.
    init(_ observed: [Double], valueCount: Int) {
        self.observed = observed
        self.valueCount = valueCount
    }

    /// ln of each kernel's probability of a value that was not observed.
    var logNormalizers: [Double] {
        let other = -log(count + Double(valueCount))
        return Array(repeating: other, count: observed.count) + [-log(Double(valueCount))]
    }

    /// Adds to each kernel's term what the value's log probability is above its ``logNormalizers``.
    func addLogDensities(at value: Double, to terms: inout [Double]) {
        let gain = log(count + 1)
        for kernel in observed.indices where observed[kernel] == value {
            terms[kernel] += gain
        }
    }

    func sample(kernel: Int, from stream: inout RandomStream) -> Double {
        let uniform = Double(valueCount) / count
        if kernel < observed.count, stream.uniformDouble() * (1 + uniform) < 1 { return observed[kernel] }
        return Double(stream.uniformInt(below: valueCount))
    }
}
