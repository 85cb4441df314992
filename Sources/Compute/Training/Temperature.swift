#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One number T by which all outputs of a classifier are divided before the softmax: it changes no predicted class, and
/// makes the probabilities as sure as they should be.
///
/// Source: Guo et al., "On calibration of modern neural networks", ICML 2017.
public enum Temperature {
    /// The T that makes -sum log softmax(x / T)_y least, with x the outputs of a sample and y its class.
    ///
    /// In b = 1 / T the sum is convex, so that Newton's method, kept within the bounds by halving, finds the one minimum.
    ///
    /// - Parameters:
    ///   - outputs: samples x outputs; a single output x stands for the two 0 and x.
    ///   - labels: of the samples.
    /// - Returns: within 0.05...20; 1 where an output is not finite, or there are no samples.
    public static func fitted(outputs: [Float], labels: [Int32]) -> Double {
        let count = labels.count
        guard count > 0, outputs.allSatisfy(\.isFinite) else { return 1 }
        let width = outputs.count / count
        var (low, high) = (1 / 20.0, 1 / 0.05)
        var b = 1.0
        for _ in 0..<60 {
            let (slope, curvature) = derivatives(outputs, labels, width: width, b)
            if slope > 0 { high = b } else { low = b }
            let newton = curvature > 0 ? b - slope / curvature : (low + high) / 2
            let next = newton > low && newton < high ? newton : (low + high) / 2
            if abs(next - b) < 1e-9 * b { return 1 / next }
            b = next
        }
        return 1 / b
    }

    /// By b: of -log softmax(b x)_y the first is E[x] - x_y and the second Var[x], both under softmax(b x).
    private static func derivatives(
        _ outputs: [Float], _ labels: [Int32], width: Int, _ b: Double
    ) -> (slope: Double, curvature: Double) {
        var (slope, curvature) = (0.0, 0.0)
        for (sample, label) in labels.enumerated() {
            let row =
                width == 1
                ? [0, Double(outputs[sample])]
                : outputs[sample * width..<(sample + 1) * width].map(Double.init)
            let largest = row.reduce(-Double.infinity, max)
            var (sum, first, second) = (0.0, 0.0, 0.0)
            for value in row {
                let power = exp(b * (value - largest))
                sum += power
                first += power * value
                second += power * value * value
            }
            let mean = first / sum
            slope += mean - row[Int(label)]
            curvature += second / sum - mean * mean
        }
        return (slope, curvature)
    }
}
