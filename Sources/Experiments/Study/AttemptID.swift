/// One try of a trial on one worker.
///
/// The attempt's number is a fencing token: it grows with every try, and only the newest one's messages count.
package struct AttemptID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The trial's number, from 0.
    package var trial: Int
    /// The try's number within the trial, from 1.
    package var attempt: Int

    package init(trial: Int, attempt: Int) {
        self.trial = trial
        self.attempt = attempt
    }

    /// By trial, then by attempt.
    package static func < (one: AttemptID, other: AttemptID) -> Bool {
        (one.trial, one.attempt) < (other.trial, other.attempt)
    }

    package var description: String { "trial \(trial), attempt \(attempt)" }
}
