/// The metrics of one finished epoch, keyed by (trial, attempt, epoch).
package struct EpochResult: Hashable, Sendable, Codable {
    package var id: AttemptID
    /// From 1.
    package var epoch: Int
    /// By column name: `train_loss`, `validation_loss`, `validation_accuracy`, ...; may hold NaN.
    package var metrics: [String: Double]
    package var learningRate: Double
    /// Seconds of training in this attempt's process, up to the end of the epoch.
    package var elapsedSeconds: Double

    package init(id: AttemptID, epoch: Int, metrics: [String: Double], learningRate: Double, elapsedSeconds: Double) {
        self.id = id
        self.epoch = epoch
        self.metrics = metrics
        self.learningRate = learningRate
        self.elapsedSeconds = elapsedSeconds
    }

    enum CodingKeys: String, CodingKey {
        case id, epoch, metrics
        case learningRate = "learning_rate"
        case elapsedSeconds = "elapsed_s"
    }
}
