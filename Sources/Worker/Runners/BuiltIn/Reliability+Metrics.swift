import Compute
import Datasets
import Studies

extension Reliability {
    /// - Parameters:
    ///   - metrics: of a part.
    ///   - outputs: of the part's samples, if a temperature is given.
    ///   - temperature: what was fitted on other samples.
    /// - Returns: nil for a regression, and where there are too many classes.
    init?(_ metrics: Metrics, on part: Part, outputs: [Float] = [], temperature: Double? = nil) {
        guard case .classes(let labels, names: _) = part.targets, let scores = metrics.scores else { return nil }
        self.init(
            bins: scores.reliability.map { Bin(count: $0.count, right: $0.right, confidence: $0.confidence) },
            calibrated: temperature.map {
                Calibrated(
                    temperature: $0,
                    error: ScoreMetrics(outputs: outputs, labels: labels, temperature: $0).calibrationError)
            })
    }
}
