/// The shape that reaches a layer, with the layer's names for an error.
package struct LayerInput {
    /// The layer's name in the model.
    let layer: String
    /// The kind's name in an experiment file.
    let kind: String
    let shape: Shape

    func misfit(_ expected: String) -> ShapeError {
        ShapeError(layer: layer, kind: kind, expected: expected, found: shape)
    }

    /// - Throws: ``ShapeError`` for anything but [channels, height, width].
    func image() throws(ShapeError) -> (channels: Int, size: [Int]) {
        guard shape.dimensions.count == 3 else { throw misfit("an image (channels x height x width)") }
        return (shape.dimensions[0], Array(shape.dimensions[1...]))
    }

    /// How many positions a square window takes along each side of the image: (size + 2 padding - kernel) / stride + 1,
    /// rounded down.
    ///
    /// - Parameter noun: what the window is called in the error of an image that is too small.
    func windows(kernel: Int, stride: Int, padding: Int, noun: String) throws(ShapeError) -> [Int] {
        let size = try image().size
        guard size.allSatisfy({ $0 + 2 * padding >= kernel }) else {
            throw misfit("at least \(kernel - 2 * padding) rows and columns for its \(noun)")
        }
        return size.map { ($0 + 2 * padding - kernel) / stride + 1 }
    }
}

/// A layer whose sizes are all known.
package struct SizedLayer {
    let operation: Operation
    /// The shape of one sample of its output.
    let output: Shape
    let tensors: [LayerTensor]

    init(_ operation: Operation, output: Shape, tensors: [LayerTensor] = []) {
        self.operation = operation
        self.output = output
        self.tensors = tensors
    }
}

/// Checks that a layer's settings lie within their ranges.
struct RangeCheck: SettingVisitor {
    let layer: String
    let kind: String

    func visit(
        _ key: String, _ value: inout Int, in range: ClosedRange<Int>, default: Int?
    ) throws(ShapeError) {
        guard range.contains(value) else {
            throw error(key, "from \(range.lowerBound) to \(range.upperBound)", "\(value)")
        }
    }

    func visit(_ key: String, _ value: inout Double, in bounds: Bounds, default: Double?) throws(ShapeError) {
        guard bounds.contains(value) else { throw error(key, "\(bounds)", "\(value)") }
    }

    func visit(_ key: String, _ value: inout Bool, default: Bool?) throws(ShapeError) {}

    private func error(_ key: String, _ range: String, _ value: String) -> ShapeError {
        ShapeError(layer: layer, kind: kind, setting: key, range: range, value: value)
    }
}
