import Architecture

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with mean and variance of each sample.
struct ReferenceLayerNorm: ReferenceOperation {
    let norm: Layer.LayerNorm
    let count: Int
    let gamma: [Double]
    let beta: [Double]

    private var size: Int { gamma.count }

    private func normalized(_ x: [Double], _ sample: Int) -> (values: [Double], deviation: Double, variance: Double) {
        let row = x[sample * size..<(sample + 1) * size]
        let mean = row.reduce(0, +) / Double(size)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
        let deviation = (variance + norm.epsilon).squareRoot()
        return (row.map { ($0 - mean) / deviation }, deviation, variance)
    }

    func forward(_ inputs: [[Double]]) -> [Double] {
        (0..<count).flatMap { sample in
            zip(normalized(inputs[0], sample).values, zip(gamma, beta)).map { $0 * $1.0 + $1.1 }
        }
    }

    /// With h = (x - mean) / deviation and g = dy gamma: dx = (g - mean of g - h mean of g h) / deviation.
    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient {
        var dx = inputs[0]
        var dGamma = [Double](repeating: 0, count: size)
        var (dBeta, terms) = (dGamma, dGamma)
        for sample in 0..<count {
            let (h, deviation, _) = normalized(inputs[0], sample)
            let dy = Array(gradient[sample * size..<(sample + 1) * size])
            let g = zip(dy, gamma).map(*)
            let mean = g.reduce(0, +) / Double(size)
            let product = zip(g, h).map(*).reduce(0, +) / Double(size)
            for i in 0..<size {
                dx[sample * size + i] = (g[i] - mean - h[i] * product) / deviation
                dGamma[i] += dy[i] * h[i]
                dBeta[i] += dy[i]
                terms[i] += abs(dy[i])
            }
        }
        return ReferenceGradient(
            inputs: [dx], parameters: ["weight": dGamma, "bias": dBeta], biasTerms: terms.max()!)
    }

    /// Not where a sample hardly varies, as its differences from the mean are rounding then; nor where it has so few
    /// values that their gradients all but cancel.
    func isSteady(_ inputs: [[Double]]) -> Bool {
        guard size >= 8 else { return false }
        return (0..<count).allSatisfy { sample in
            let largest = inputs[0][sample * size..<(sample + 1) * size].reduce(0) { max($0, abs($1)) }
            return normalized(inputs[0], sample).variance.squareRoot() >= 0.1 * largest
        }
    }
}
