/// The bounds of what a message's fields may hold; `Docs/security.md` lists them.
package enum MessageLimit {
    /// Metrics of one epoch or outcome.
    package static let metrics = 1_000
    /// Bytes of a name: a metric's, a class's, an environment entry's.
    package static let nameBytes = 200
    /// Bytes of one line of text, such as a value of the environment.
    package static let lineBytes = 1_000
    /// Bytes that are kept of an error.
    package static let errorBytes = 4_000
    /// Attempts in one message.
    package static let attempts = 4_096
    package static let tags = 64
    package static let environment = 64
    /// Files of a data set.
    package static let dataFiles = 10_000
    package static let pathBytes = 1_000
    package static let pathDepth = 32
    /// Trials, attempts, epochs.
    package static let number = Int(Int32.max)
    /// Bytes of a file, and everything else that is counted.
    package static let size = 1 << 50
    package static let slots = 4_096
}
