/// What a person asks of a running coordinator, over the socket `control` in the study's folder: one frame of JSON,
/// `{"kind": "status"}`. `Docs/protocol.md` describes the answers.
package struct ControlRequest: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// How is it going?
        case status
        /// Recall what runs, and give nothing out.
        case pause
        /// Give trials out again.
        case unpause
        /// Save, hand back and end, as SIGTERM does.
        case stop
        /// Let failed trials try again.
        case retry
    }

    package var kind: Kind
    /// With `retry`, which trials; nil for all that have failed.
    package var trials: [Int]?

    package init(_ kind: Kind, trials: [Int]? = nil) {
        self.kind = kind
        self.trials = trials
    }

    /// Trials that one request may name, so that it stays below ``maximumSize``.
    package static let mostTrials = 300

    /// Bytes; a request has a few dozen, or a list of trials.
    package static let maximumSize = 4096
}
