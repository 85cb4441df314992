extension ModelDescription.Element {
    /// The largest size that a layer may ask for: products of three of them still fit an Int.
    static var largestSize: Int { 1 << 20 }

    /// - Throws: ``ShapeError`` for a size below its least value, or a probability outside its range.
    func checkSettings() throws(ShapeError) {
        func require(_ setting: String, _ value: Int, atLeast least: Int) throws(ShapeError) {
            guard (least...Self.largestSize).contains(value) else {
                throw ShapeError(
                    layer: name, kind: layer.kind, setting: setting, range: "\(least) to \(Self.largestSize)",
                    value: "\(value)")
            }
        }
        switch layer {
        case .linear(let linear):
            try require("outputs", linear.outputs, atLeast: 1)
        case .conv2d(let conv):
            try require("channels", conv.channels, atLeast: 1)
            try require("kernel", conv.kernel, atLeast: 1)
            try require("stride", conv.stride, atLeast: 1)
            try require("padding", conv.padding, atLeast: 0)
        case .maxPool2d(let pool):
            try require("kernel", pool.kernel, atLeast: 1)
            try require("stride", pool.stride, atLeast: 1)
        case .dropout(let dropout):
            guard (0..<1).contains(dropout.probability) else {
                throw ShapeError(
                    layer: name, kind: layer.kind, setting: "probability", range: "0 to below 1",
                    value: "\(dropout.probability)")
            }
        case .relu, .flatten:
            break
        }
    }
}
