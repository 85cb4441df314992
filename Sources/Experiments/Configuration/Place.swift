/// Where a value was written.
package enum Place: Hashable, Sendable {
    /// In the experiment file; both count from 1.
    case file(line: Int, column: Int)
    /// In an override, given as it was typed: `--set optimizer.learning_rate=0.1`.
    case override(String)
}
