/// How sure a classifier is and how often right: its predictions in bins of equal width by their confidence, which is the
/// probability of the predicted class.
///
/// Sources: Niculescu-Mizil and Caruana, "Predicting good probabilities with supervised learning", ICML 2005; Guo et al.,
/// "On calibration of modern neural networks", ICML 2017.
package struct Reliability: Hashable, Sendable {
    /// The predictions whose confidence is above the bin's lower edge and at most its upper one.
    package struct Bin: Hashable, Sendable {
        package let count: Int
        package let right: Int
        /// The sum of the confidences.
        package let confidence: Double

        package init(count: Int, right: Int, confidence: Double) {
            self.count = count
            self.right = right
            self.confidence = confidence
        }

        /// Nil in an empty bin.
        package var meanConfidence: Double? { count == 0 ? nil : confidence / Double(count) }

        /// The fraction of right predictions; nil in an empty bin.
        package var accuracy: Double? { count == 0 ? nil : Double(right) / Double(count) }
    }

    /// What dividing the outputs by a temperature makes of the error.
    package struct Calibrated: Hashable, Sendable {
        package let temperature: Double
        package let error: Double

        package init(temperature: Double, error: Double) {
            self.temperature = temperature
            self.error = error
        }
    }

    package let bins: [Bin]
    /// Nil where no temperature was fitted on other samples.
    package let calibrated: Calibrated?

    package init(bins: [Bin], calibrated: Calibrated? = nil) {
        self.bins = bins
        self.calibrated = calibrated
    }

    /// The most bins of a table that comes from elsewhere.
    package static let mostBins = 100

    package var sampleCount: Int { bins.reduce(0) { $0 + $1.count } }
    /// The mean over all samples; 0 without samples.
    package var meanConfidence: Double { mean(bins.reduce(0) { $0 + $1.confidence }) }
    /// The fraction of right predictions; 0 without samples.
    package var accuracy: Double { mean(Double(bins.reduce(0) { $0 + $1.right })) }
    /// The expected calibration error: the mean of |accuracy - confidence|, each bin weighing as its samples.
    package var error: Double { mean(bins.reduce(0) { $0 + abs(Double($1.right) - $1.confidence) }) }

    private func mean(_ sum: Double) -> Double { sampleCount == 0 ? 0 : sum / Double(sampleCount) }

    /// The confidences that a bin is of.
    package func range(_ index: Int) -> ClosedRange<Double> {
        Double(index) / Double(bins.count)...Double(index + 1) / Double(bins.count)
    }
}
