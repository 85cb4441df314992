/// A layer where it stands in a model, with the shape that reaches it.
struct LayerSite {
    let name: String
    let layer: Layer
    let input: Shape

    /// The layer with all its sizes, and the shape that it leaves. A composite layer has no operation of its own.
    ///
    /// - Throws: ``ShapeError`` where the shape that reaches the layer is not one that it takes.
    func place() throws(ShapeError) -> (Operation, Shape) {
        switch layer {
        case .linear(let linear):
            guard input.dimensions.count == 1 else { throw misfit("a flat sample (put flatten before it)") }
            if let wanted = linear.inputs, wanted != input.count { throw misfit("\(wanted) features") }
            return (.linear(.init(inputs: input.count, outputs: linear.outputs, bias: linear.bias)), [linear.outputs])
        case .conv2d(let conv):
            let channels = try image().channels
            if let wanted = conv.inputs, wanted != channels { throw misfit("\(wanted) channels") }
            let size = try windows(kernel: conv.kernel, stride: conv.stride, padding: conv.padding, noun: "kernel")
            return (
                .convolution(
                    .init(
                        inputs: channels, channels: conv.channels, kernel: conv.kernel, stride: conv.stride,
                        padding: conv.padding, bias: conv.bias)),
                Shape([conv.channels] + size)
            )
        case .batchNorm(let norm):
            guard [1, 3].contains(input.dimensions.count) else { throw misfit("features or an image") }
            return (.batchNorm(norm), input)
        case .maxPool2d(let pool):
            return (.maxPooling(pool), try pooled(pool))
        case .avgPool2d(let pool):
            return (.averagePooling(pool), try pooled(pool))
        case .globalAvgPool:
            return (.globalAveragePooling, [try image().channels, 1, 1])
        case .flatten:
            return (.flatten, [input.count])
        case .relu: return (.activation(.relu), input)
        case .leakyReLU(let leaky): return (.activation(.leakyReLU(slope: leaky.slope)), input)
        case .gelu: return (.activation(.gelu), input)
        case .sigmoid: return (.activation(.sigmoid), input)
        case .tanh: return (.activation(.tanh), input)
        case .dropout(let dropout):
            return (.dropout(probability: dropout.probability), input)
        case .dropout2d(let dropout):
            _ = try image()
            return (.channelDropout(probability: dropout.probability), input)
        case .residual, .sequential:
            preconditionFailure("the layers within are placed one by one")
        }
    }

    private func misfit(_ expected: String) -> ShapeError {
        ShapeError(layer: name, kind: layer.kind, expected: expected, found: input)
    }

    private func image() throws(ShapeError) -> (channels: Int, size: ArraySlice<Int>) {
        guard input.dimensions.count == 3 else { throw misfit("an image (channels x height x width)") }
        return (input.dimensions[0], input.dimensions[1...])
    }

    private func windows(kernel: Int, stride: Int, padding: Int, noun: String) throws(ShapeError) -> [Int] {
        let size = try image().size
        guard size.allSatisfy({ $0 + 2 * padding >= kernel }) else {
            throw misfit("at least \(kernel - 2 * padding) rows and columns for its \(noun)")
        }
        return size.map { ($0 + 2 * padding - kernel) / stride + 1 }
    }

    private func pooled(_ pool: Layer.Pool2d) throws(ShapeError) -> Shape {
        let size = try windows(kernel: pool.kernel, stride: pool.stride, padding: pool.padding, noun: "window")
        return Shape([try image().channels] + size)
    }
}

extension LayerSite {
    /// The largest size that a layer may ask for: products of three of them still fit an Int.
    private static var largestSize: Int { 1 << 20 }

    /// - Throws: ``ShapeError`` for a setting outside its range.
    func checkSettings() throws(ShapeError) {
        switch layer {
        case .linear(let linear):
            try require("outputs", linear.outputs, in: 1...Self.largestSize)
        case .conv2d(let conv):
            try require("channels", conv.channels, in: 1...Self.largestSize)
            try require("kernel", conv.kernel, in: 1...Self.largestSize)
            try require("stride", conv.stride, in: 1...Self.largestSize)
            try require("padding", conv.padding, in: 0...Self.largestSize)
        case .maxPool2d(let pool), .avgPool2d(let pool):
            try require("kernel", pool.kernel, in: 1...Self.largestWindow)
            try require("stride", pool.stride, in: 1...Self.largestSize)
            try require("padding", pool.padding, in: 0...pool.kernel / 2)
        case .batchNorm(let norm):
            try require("momentum", norm.momentum, "0 to 1", (0...1).contains(norm.momentum))
            try require("epsilon", norm.epsilon, "above 0 to 1", norm.epsilon > 0 && norm.epsilon <= 1)
        case .leakyReLU(let leaky):
            try require("slope", leaky.slope, "0 to 1", (0...1).contains(leaky.slope))
        case .dropout(let dropout), .dropout2d(let dropout):
            try require(
                "probability", dropout.probability, "0 to below 1", (0..<1).contains(dropout.probability))
        case .relu, .gelu, .sigmoid, .tanh, .globalAvgPool, .flatten, .residual, .sequential:
            break
        }
    }

    /// The largest pooling window: a place within it is noted in one byte.
    private static var largestWindow: Int { 15 }

    private func require(_ setting: String, _ value: Int, in range: ClosedRange<Int>) throws(ShapeError) {
        guard range.contains(value) else {
            throw ShapeError(
                layer: name, kind: layer.kind, setting: setting, range: "\(range.lowerBound) to \(range.upperBound)",
                value: "\(value)")
        }
    }

    private func require(_ setting: String, _ value: Double, _ range: String, _ holds: Bool) throws(ShapeError) {
        guard holds else {
            throw ShapeError(layer: name, kind: layer.kind, setting: setting, range: range, value: "\(value)")
        }
    }
}
