import Experiments
import Testing

/// A search over what the monitored value means finds the smallest numbers, not the best model.
@Suite struct FairMonitorTests {
    private func refusal(_ text: String) -> String? {
        do {
            try read(text).requireFairMonitor()
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func search(_ base: String, _ parameter: String, monitor: String = "validation_loss") -> String {
        base + "train: {select: {monitor: \(monitor)}}\nsearch: {parameters: {\(parameter)}}\n"
    }

    private static let kinds = "loss.kind: {values: [mean_squared_error, huber, mean_absolute_error]}"
    private static let scaled = "data: {source: housing, scale_target: true}\nmodel: regressor\n"

    @Test func theLossesKind() {
        #expect(
            refusal(Self.search(regression, Self.kinds))
                == "e.yaml:3:27: train.select.monitor: validation_loss measures something else with each loss.kind, so that "
                + "it cannot compare trials; fair are: validation_mean_squared_error, validation_rmse, validation_r2, "
                + "validation_mean_absolute_error, validation_rmsle")
    }

    @Test func whereTheMonitorIsTheUsualOneTheParameterIsNamed() throws {
        let line = try #require(refusal(classification + "search: {parameters: {loss.label_smoothing: [0, 0.1]}}\n"))
        #expect(line.hasPrefix("e.yaml:3:"))
        #expect(line.contains("fair are: validation_cross_entropy, validation_accuracy, validation_macro_f1, "))
    }

    @Test(arguments: [
        search(classification, "loss.label_smoothing: [none, 0.2]"),
        search(classification, "loss.label_smoothing.amount: {min: 0, max: 0.2}"),
        search(classification + "loss: {label_smoothing: 0.1}\n", "loss.label_smoothing.spread: [others, all]"),
        search(classification, "loss.class_weights: [none, inverse_frequency]"),
        search(regression + "loss: huber\n", "loss.delta: {min: 0.5, max: 2}"),
        search(scaled, "data.scale: [min_max, standardize]"),
        search(scaled, "data.scale_target: [true, false]"),
        search(scaled, "data.scale_target: [true, false]", monitor: "validation_rmse"),
        search(
            "data: {source: mnist-5k, imbalance: [9, 9, 9, 9, 9, 9, 9, 9, 9, 9]}\nmodel: mnist_cnn\n"
                + "loss: {class_weights: inverse_frequency}\n", "data.imbalance.0: [9, 90]"),
    ])
    func isRefused(_ text: String) {
        #expect(refusal(text)?.contains("measures something else") == true)
    }

    @Test(arguments: [
        search(regression, kinds, monitor: "validation_mean_squared_error"),
        search(regression, kinds, monitor: "validation_r2"),
        search(classification, "loss.label_smoothing: [none, 0.2]", monitor: "validation_cross_entropy"),
        search(classification, "loss.label_smoothing: [none, 0.2]", monitor: "validation_accuracy"),
        search(regression, "loss.kind: [huber]"),
        search(regression, "data.scale: [min_max, standardize]"),
        search(scaled, "data.scale_target: [true, false]", monitor: "validation_r2"),
        search(classification, "regularize.mixup: [none, 0.2]"),
        search(classification, "data.sampler: [uniform, weighted]"),
        search(classification, "model.dropout: [0, 0.5]"), classification,
    ])
    func isFair(_ text: String) {
        #expect(refusal(text) == nil)
    }
}
