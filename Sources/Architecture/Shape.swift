/// The shape of one sample, without the batch: `1x28x28` (channels, height, width) or `13` (features).
public struct Shape: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
    public var dimensions: [Int]

    public init(_ dimensions: [Int]) {
        self.dimensions = dimensions
    }

    public init(arrayLiteral elements: Int...) {
        dimensions = elements
    }

    /// How many numbers one sample has.
    public var count: Int { dimensions.reduce(1, *) }

    public var description: String { dimensions.map(String.init).joined(separator: "x") }
}
