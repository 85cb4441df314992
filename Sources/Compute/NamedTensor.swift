/// A tensor with the name and the layout that PyTorch gives it: "0.weight" of shape [outputs, inputs], row-major.
public struct NamedTensor: Sendable, Equatable {
    public var name: String
    /// Empty for a single number.
    public var shape: [Int]
    public var values: [Float]

    public init(name: String, shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}
