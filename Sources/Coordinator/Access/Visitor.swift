import Messaging

/// What is known of one connection, whoever is at its other end.
struct Visitor {
    /// Nil where there are no keys.
    let key: CURVEPublicKey?
    /// Nil where it is not known.
    let connection: ConnectionDescriptor?
    /// The name that it said hello with.
    var worker: String?
    /// How many of its messages were refused.
    var refusals = 0
    /// Nothing that comes from it is looked at any more.
    var isIgnored = false
    /// Bytes that it has sent in whole messages, since this was made.
    private var delivered = 0
    /// What the system had received by then.
    private let receivedBefore: Int
    private var credit: SendCredit

    init(key: CURVEPublicKey?, connection: ConnectionDescriptor?) {
        self.key = key
        self.connection = connection
        receivedBefore = connection?.counts?.received ?? 0
        credit = SendCredit(connection)
    }

    /// Counts what has come.
    ///
    /// - Returns: what decides whether it is looked at.
    mutating func hears(_ frames: [[UInt8]]) -> (isIgnored: Bool, key: CURVEPublicKey?) {
        for frame in frames {
            delivered += frame.count
        }
        return (isIgnored, key)
    }

    /// Bytes that have come and are in no message that was received: they wait in a queue, or belong to a message
    /// without end. Negative where several messages lay there before the first was looked at.
    var withheld: Int {
        guard let received = connection?.counts?.received else { return 0 }
        return received - receivedBefore - delivered
    }

    /// Whether so many bytes may be queued for it now.
    mutating func mayBeSent(_ bytes: Int) -> Bool {
        credit.take(bytes)
    }
}
