/// What a coordinator answers to a ``ControlRequest``.
package enum ControlReply: Hashable, Sendable {
    case status(CoordinatorStatus)
    /// It has been done, or is under way: the status tells how far.
    case accepted
    case refused(reason: String)
}

extension ControlReply: Codable {
    private enum Kind: String, Codable {
        case status, accepted, refused
    }

    private enum CodingKeys: String, CodingKey {
        case kind, status, reason
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .status: self = .status(try container.decode(CoordinatorStatus.self, forKey: .status))
        case .accepted: self = .accepted
        case .refused: self = .refused(reason: try container.decode(String.self, forKey: .reason))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .status(let status):
            try container.encode(Kind.status, forKey: .kind)
            try container.encode(status, forKey: .status)
        case .accepted:
            try container.encode(Kind.accepted, forKey: .kind)
        case .refused(let reason):
            try container.encode(Kind.refused, forKey: .kind)
            try container.encode(reason, forKey: .reason)
        }
    }
}
