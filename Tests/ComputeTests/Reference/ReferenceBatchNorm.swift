import Architecture

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel, with mean and variance of the batch, or in
/// evaluation the running ones.
struct ReferenceBatchNorm: ReferenceOperation {
    let norm: Layer.BatchNorm
    let count: Int
    let channels: Int
    let pixels: Int
    let gamma: [Double]
    let beta: [Double]
    let runningMean: [Double]
    let runningVariance: [Double]
    let isTraining: Bool

    /// The places of a channel's values in the batch.
    private func places(_ channel: Int) -> [Int] {
        (0..<count).flatMap { n in (0..<pixels).map { (n * channels + channel) * pixels + $0 } }
    }

    private func moments(_ x: [Double], _ places: [Int]) -> (mean: Double, variance: Double) {
        let mean = places.reduce(0) { $0 + x[$1] } / Double(places.count)
        let variance = places.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / Double(places.count)
        return (mean, variance)
    }

    func forward(_ inputs: [[Double]]) -> [Double] {
        let x = inputs[0]
        var y = x
        for c in 0..<channels {
            let (mean, variance) =
                isTraining ? moments(x, places(c)) : (runningMean[c], runningVariance[c])
            for place in places(c) {
                y[place] = gamma[c] * (x[place] - mean) / (variance + norm.epsilon).squareRoot() + beta[c]
            }
        }
        return y
    }

    /// With h = (x - mean) / deviation: dx = gamma / deviation (dy - mean of dy - h mean of dy h).
    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient {
        let x = inputs[0]
        var dx = x
        var (dGamma, dBeta, terms) = (gamma, beta, beta)
        for c in 0..<channels {
            let places = places(c)
            let (mean, variance) = moments(x, places)
            let deviation = (variance + norm.epsilon).squareRoot()
            let normalized = places.map { (x[$0] - mean) / deviation }
            let dy = places.map { gradient[$0] }
            dBeta[c] = dy.reduce(0, +)
            terms[c] = dy.reduce(0) { $0 + abs($1) }
            dGamma[c] = zip(dy, normalized).reduce(0) { $0 + $1.0 * $1.1 }
            for (index, place) in places.enumerated() {
                let common = (dBeta[c] + normalized[index] * dGamma[c]) / Double(places.count)
                dx[place] = gamma[c] / deviation * (dy[index] - common)
            }
        }
        return ReferenceGradient(
            inputs: [dx], parameters: ["weight": dGamma, "bias": dBeta], biasTerms: terms.max()!)
    }

    /// The running variance takes the unbiased one.
    func statistics(after inputs: [[Double]]) -> [String: [Double]] {
        var (means, variances) = (runningMean, runningVariance)
        for c in 0..<channels {
            let places = places(c)
            let (mean, variance) = moments(inputs[0], places)
            let unbiased = variance * Double(places.count) / Double(places.count - 1)
            means[c] += norm.momentum * (mean - runningMean[c])
            variances[c] += norm.momentum * (unbiased - runningVariance[c])
        }
        return ["running_mean": means, "running_var": variances]
    }

    /// Not where a channel hardly varies, as its differences from the mean are rounding then; nor where it has so few
    /// values that their gradients all but cancel: of two values nothing is left.
    func isSteady(_ inputs: [[Double]]) -> Bool {
        guard isTraining else { return true }
        guard count * pixels >= 8 else { return false }
        return (0..<channels).allSatisfy { c in
            let places = places(c)
            let largest = places.reduce(0) { max($0, abs(inputs[0][$1])) }
            return moments(inputs[0], places).variance.squareRoot() >= 0.1 * largest
        }
    }
}
