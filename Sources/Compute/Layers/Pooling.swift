internal import Architecture
internal import CKernels

/// The maximum over square windows, and of it and zero where a ReLU is fused; the position of the first maximum is kept
/// for the backward pass.
///
/// Shapes: [batch, channels, height, width] to [batch, channels, (height + 2 padding - kernel) / stride + 1, ...],
/// rounded down.
final class MaxPooling: PlannedLayer {
    let name: String
    let kind: String
    let output: Value
    private let input: Value
    private let relu: Bool
    private let shape: winnow_pooling_shape
    private let positions: Arena.Buffer?

    init(_ pool: Layer.Pool2d, _ site: LayerSite, input: Value) {
        name = site.name
        kind = site.relu ? "max_pooling, relu" : "max_pooling"
        relu = site.relu
        self.input = input
        shape = winnow_pooling_shape(pool, from: input, to: site.shape)
        output = site.output(.blocked, from: input, isKept: false)
        positions = output.isDifferentiable ? site.context.arena.reserve(bytes: output.buffer.count) : nil
    }

    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .written)] }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer, positions], backward: [positions])
    }

    func forward(_ step: StepIdentity) {
        withUnsafePointer(to: shape) {
            winnow_max_pool_forward($0, input.base, relu ? 1 : 0, output.base, positionBytes)
        }
    }

    func backward(_ gradients: LayerGradients) {
        guard let inputGradient = gradients.input else { return }
        withUnsafePointer(to: shape) {
            winnow_max_pool_backward($0, gradients.output.base, positionBytes, inputGradient.base)
        }
    }

    private var positionBytes: UnsafeMutablePointer<UInt8>? {
        positions.map { UnsafeMutableRawPointer($0.base).assumingMemoryBound(to: UInt8.self) }
    }
}

/// The mean over square windows; what padding adds counts as zeros.
final class AveragePooling: PlannedLayer {
    let name: String
    let kind = "average_pooling"
    let output: Value
    private let input: Value
    private let shape: winnow_pooling_shape

    init(_ pool: Layer.Pool2d, _ site: LayerSite, input: Value) {
        name = site.name
        self.input = input
        shape = winnow_pooling_shape(pool, from: input, to: site.shape)
        output = site.output(.blocked, from: input, isKept: false)
    }

    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .written)] }

    var footprint: Footprint {
        Footprint(forward: [input.buffer, output.buffer])
    }

    func forward(_ step: StepIdentity) {
        withUnsafePointer(to: shape) { winnow_average_pool_forward($0, input.base, output.base) }
    }

    func backward(_ gradients: LayerGradients) {
        guard let inputGradient = gradients.input else { return }
        withUnsafePointer(to: shape) { winnow_average_pool_backward($0, gradients.output.base, inputGradient.base) }
    }
}

/// The mean over all pixels of each channel: [batch, channels, height, width] to [batch, channels, 1, 1].
final class GlobalAveragePooling: PlannedLayer {
    let name: String
    let kind = "global_average_pooling"
    let output: Value
    private let input: Value

    init(_ site: LayerSite, input: Value) {
        name = site.name
        self.input = input
        output = site.output(.blocked, from: input, isKept: false)
    }

    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .written)] }

    var footprint: Footprint {
        Footprint(forward: [input.buffer, output.buffer])
    }

    func forward(_ step: StepIdentity) {
        winnow_global_average_forward(input.base, output.base, planes, input.shape.pixels)
    }

    func backward(_ gradients: LayerGradients) {
        guard let inputGradient = gradients.input else { return }
        winnow_global_average_backward(gradients.output.base, inputGradient.base, planes, input.shape.pixels)
    }

    private var planes: Int { input.batch * input.shape.channelBlocks }
}

extension winnow_pooling_shape {
    fileprivate init(_ pool: Layer.Pool2d, from input: Value, to output: Shape) {
        self.init(
            planes: input.batch * input.shape.channelBlocks, height: input.shape.dimensions[1],
            width: input.shape.dimensions[2], out_height: output.dimensions[1], out_width: output.dimensions[2],
            kernel: pool.kernel, stride: pool.stride, padding: pool.padding)
    }
}
