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
    }

    package var kind: Kind

    package init(_ kind: Kind) {
        self.kind = kind
    }

    /// Bytes; a request has a few dozen.
    package static let maximumSize = 4096
}
