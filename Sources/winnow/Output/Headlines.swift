import Charts

/// The metrics that a line or a table for people has room for; the others are in `winnow show`, the report, and `--json`.
enum Headlines {
    /// Means of a confusion matrix that say little more than accuracy and macro F1 do, and the plain losses, which most
    /// often are the loss.
    private static let details = [
        "_macro_precision", "_macro_recall", "_weighted_precision", "_weighted_recall", "_weighted_f1",
        "_cross_entropy", "_mean_squared_error",
    ]

    static func isHeadline(_ name: String) -> Bool {
        !details.contains { name.hasSuffix($0) }
    }

    /// `test_accuracy 0.977 test_loss 0.09215`, by name.
    static func text(_ metrics: [String: Double], separator: String = " ") -> String {
        metrics.lazy.filter { isHeadline($0.key) }.sorted { $0.key < $1.key }
            .map { "\($0.key) \(Numeral.metric($0.value))" }.joined(separator: separator)
    }
}
