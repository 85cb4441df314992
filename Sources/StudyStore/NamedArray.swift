/// An array of 32-bit numbers with its name and shape: how a checkpoint holds a model's and an optimizer's state.
package struct NamedArray: Hashable, Sendable {
    /// Unique within its group, and without a slash: `0.weight`, as PyTorch's `state_dict` names it.
    package var name: String
    /// The slowest dimension first; empty for a single number.
    package var shape: [Int]
    /// In row-major order.
    package var values: [Float]

    package init(name: String, shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}
