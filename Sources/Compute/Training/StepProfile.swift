/// How long each operation of a step took.
public struct StepProfile: Sendable {
    public enum Direction: String, Sendable {
        case forward, loss, backward, update
    }

    public struct Entry: Sendable {
        /// The layer's name in the model; empty for what belongs to no layer.
        public let name: String
        /// What it computes, such as "convolution (winograd)".
        public let operation: String
        public let direction: Direction
        public let time: Duration
    }

    /// In the order in which they were computed.
    public private(set) var entries: [Entry] = []

    mutating func measure<Result>(
        _ name: String, _ operation: String, _ direction: Direction, _ body: () throws(ComputeError) -> Result
    ) throws(ComputeError) -> Result {
        let start = ContinuousClock.now
        let result = try body()
        entries.append(Entry(name: name, operation: operation, direction: direction, time: .now - start))
        return result
    }
}
